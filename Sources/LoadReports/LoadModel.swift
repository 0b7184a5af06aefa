// Who imports the reports has the values that they show.
@_exported public import LoadModel
