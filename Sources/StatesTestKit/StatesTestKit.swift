// What a test imports: the kit, and the words it speaks of. Nothing here comes from outside the package.
@_exported public import StatesJSON
@_exported public import StatesKernel
@_exported public import StatesLanguage
@_exported public import StatesRuntime
