/// What is wrong with a data file: the first mistakes, each with its line.
struct DataMistakes: Error {
    /// How many are told.
    static let most = 20

    private(set) var list: [(line: Int, text: String)] = []
    private(set) var isCut = false

    init() {}

    init(_ line: Int, _ text: String) { list = [(line, text)] }

    var isEmpty: Bool { list.isEmpty }

    /// Notes a mistake after which reading goes on.
    ///
    /// - Throws: All, when there are many.
    mutating func note(_ line: Int, _ text: String) throws(DataMistakes) {
        list.append((line, text))
        guard list.count < Self.most else {
            isCut = true
            throw self
        }
    }

    /// These and those of another, after which reading ends.
    func adding(_ other: DataMistakes) -> DataMistakes {
        var all = self
        all.list += other.list
        return all
    }

    /// These and another, after which reading ends.
    func adding(_ line: Int, _ text: String) -> DataMistakes { adding(DataMistakes(line, text)) }

    /// One line for each.
    ///
    /// - Parameter path: Where the file is.
    /// - Returns: The messages.
    func messages(path: String) -> [String] {
        let shown = Shown.path(path)
        let messages = list.map { "\(shown):\($0.line): \($0.text)" }
        return isCut ? messages + ["\(shown): there may be more mistakes; these are the first \(Self.most)"] : messages
    }
}
