/// Text in columns.
extension String {
    /// The text with blanks behind it up to a width.
    package func padded(_ width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }

    /// The text with blanks before it up to a width.
    package func leading(_ width: Int) -> String {
        count >= width ? self : String(repeating: " ", count: width - count) + self
    }
}
