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
