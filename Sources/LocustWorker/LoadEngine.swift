// Whoever has a worker has the engine.
@_exported public import LoadEngine
