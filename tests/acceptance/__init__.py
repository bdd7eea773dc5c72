"""A made-up year through the whole chain, seen only through the command line, HTTP and the browser."""
