/// What a part of a text pattern matches.
indirect enum PatternNode: Equatable {
    /// One character of a set.
    case character(ScalarSet)
    /// All of these, one after another.
    case sequence([PatternNode])
    /// Any of these.
    case either([PatternNode])
    /// The same so many times; `most` is nil for any number.
    case repeated(PatternNode, least: Int, most: Int?)
    /// The beginning of the text.
    case start
    /// The end of the text.
    case end
}
