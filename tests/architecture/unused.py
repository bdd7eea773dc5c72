"""Names that only others use: vulture reads them here as used. Each group says who uses it."""

# Arguments of a progress listener that shows nothing.
step
done

# Arguments that the protocol of context managers prescribes.
trace

# Attributes by which expat finds what to call, and fields of the event message that its description names.
StartElementHandler
EndElementHandler
StartDoctypeDeclHandler
XmlDeclHandler
email
phone
export_version

# Typer calls the commands and what lists them.
_add
_add_changes
_check_changes
_check_edits
_compare
_create
_deliveries
_doubles
_demo
_erase
_explain
_keyfigures
_results
_find
_freeze
_generate
_intake
_list
_list_edits
_list_versions
_package
_precheck
_quality
_release
_review
_repseudonymise
_rotate
_serve
_show
_show_edits
_show_person
_substitute
_table
_tables
_unblock
_version
_withdraw
_withdraw_changes
list_commands
format_commands

# For those who run it: the engine on a cluster, the audit log, the edition a table is current in.
spark
audit
current_edition

# Measures of the decision table, tested, that reports at a date and the tables of waiting (a later issue) show.
age_at
ambiguous_overlaps
waiting_days

# Measures of persons, tested, that key figures, reports and pages about them show, with texts and lists they are read from.
indicator_counts
indicator_states
target_groups

# Fields of the model that the solver HiGHS reads.
num_col_
num_row_
col_cost_
col_lower_
col_upper_
row_lower_
row_upper_
format_
index_
start_
value_

# Part of the loss report, written out field by field.
hidden_sum

# What only the templates of the pages read.
sentence
made_up
