/// What files of loadtest say of themselves, under the key `schema`.
package enum FileSchema {
    /// The result of a run, as `--summary` writes it.
    package static let summary = "loadtest.summary/1"
}
