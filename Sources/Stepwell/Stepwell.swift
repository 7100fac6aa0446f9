// What one imports: everything an embedder needs.
@_exported public import StatesCost
@_exported public import StatesJSON
@_exported public import StatesJSONata
@_exported public import StatesJournal
@_exported public import StatesKernel
@_exported public import StatesLanguage
@_exported public import StatesQuery
@_exported public import StatesRuntime
