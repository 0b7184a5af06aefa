/// The names that templates of a conversation file may have.
struct TemplateNames {
    /// What every turn has a value of.
    static let ofTurns = ["session_id", "turn", "user", "uuid", "seq", "now_ms"]

    private var own: Set<String>
    private let outside: Set<String>
    /// The columns of the file's data, in their order.
    private var columns: [String] = []
    /// Whether there may be names that are not known here.
    var areAllKnown = false

    /// The most names that a message lists.
    private static let mostListed = 20

    /// Makes names.
    ///
    /// - Parameters:
    ///   - own: The file's variables.
    ///   - outside: What the file's profile gives a value.
    init(own: Set<String>, outside: Set<String>) {
        self.own = own
        self.outside = outside
    }

    mutating func add(columns: [String]) {
        self.columns += columns
        own.formUnion(columns)
    }

    /// What is wrong with a name; nil for one that has a value.
    func problem(with name: String) -> String? {
        if columns.contains(name), APIProfile.builtInNames.contains(name) {
            return
                "\(Shown.line("{{\(name)}}")) is a value of loadtest itself, and the name of a column of the data; rename the "
                + "column"
        }
        if areAllKnown || own.contains(name) || outside.contains(name) || Self.ofTurns.contains(name) { return nil }
        if APIProfile.isOfEnvironment(name) { return nil }
        let variables = own.subtracting(columns).sorted()
        let known = variables + columns + outside.subtracting(own).sorted() + Self.ofTurns
        let shown = Shown.line("{{\(name)}}", mostBytes: 60)
        if let nearest = Spelling.nearest(to: name, among: known) {
            return "nothing gives \(shown) a value, did you mean {{\(Shown.line(nearest))}}?"
        }
        let listed = known.count > Self.mostListed ? known.prefix(Self.mostListed) + ["…"] : known[...]
        return "nothing gives \(shown) a value (there are \(listed.map { Shown.line($0) }.joined(separator: ", ")) and "
            + "env.NAME); {{{{ is two braces"
    }
}
