// Who imports this has the run that several processes share.
@_exported public import LoadEngine
