// Who imports the engine has the values that it takes and gives.
@_exported public import LoadModel
