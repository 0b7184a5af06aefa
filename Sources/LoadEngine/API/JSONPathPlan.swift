/// The states of an automaton that follows many paths at once: the subset construction.
///
/// At a depth of nesting only the paths matter whose steps have led here so far; a state is a set of them.
struct JSONPathPlan {
    struct State {
        /// The keys that lead on, each with the index of its state.
        var keys: [(name: String, state: Int)] = []
        /// The elements of a certain index that lead elsewhere than the others do.
        var elements: [(index: Int, state: Int)] = []
        /// Where every other element leads.
        var everyElement = 0
        /// The paths that end here.
        var ends: [Int] = []
    }

    private struct Identity: Hashable {
        let depth: Int
        let paths: [Int]
    }

    private let paths: [JSONPath]
    /// The first is where no path leads, the second what the whole text is an element of.
    private(set) var states = [State(), State()]
    private var known: [Identity: Int] = [:]

    /// Makes the states of paths.
    ///
    /// - Parameter paths: The paths.
    /// - Throws: `ExpressionError` when there are too many ways of mixing `[n]` and `[*]`.
    init(_ paths: [JSONPath]) throws(ExpressionError) {
        self.paths = paths
        states[1].everyElement = try state(depth: 0, Array(paths.indices))
    }

    private mutating func state(depth: Int, _ alive: [Int]) throws(ExpressionError) -> Int {
        guard let first = alive.first else { return 0 }
        let identity = Identity(depth: depth, paths: alive)
        if let index = known[identity] { return index }
        let index = states.count
        guard index < JSONPathTable.maximumNodes else {
            throw ExpressionError(
                "the paths of this API mix [0] and [*] in too many ways, in this one and others; use [*] alone",
                in: paths[first].text,
                at: 0
            )
        }
        known[identity] = index
        states.append(State())
        var state = State()
        var (names, indices): ([String], [Int]) = ([], [])
        for path in alive {
            guard depth < paths[path].steps.count else {
                state.ends.append(path)
                continue
            }
            switch paths[path].steps[depth] {
            case .member(let name): if !names.contains(where: { Self.isSame($0, name) }) { names.append(name) }
            case .element(let index): if !indices.contains(index) { indices.append(index) }
            case .everyElement: break
            }
        }
        for name in names {
            let next = following(alive, depth) {
                if case .member(let other) = $0 { Self.isSame(other, name) } else { false }
            }
            state.keys.append((name, try self.state(depth: depth + 1, next)))
        }
        for element in indices {
            let next = following(alive, depth) { $0 == .everyElement || $0 == .element(element) }
            state.elements.append((element, try self.state(depth: depth + 1, next)))
        }
        state.everyElement = try self.state(depth: depth + 1, following(alive, depth) { $0 == .everyElement })
        states[index] = state
        return index
    }

    private func following(_ alive: [Int], _ depth: Int, where goesOn: (JSONPath.Step) -> Bool) -> [Int] {
        alive.filter { depth < paths[$0].steps.count && goesOn(paths[$0].steps[depth]) }
    }

    /// Keys are compared byte by byte: "é" and "e" with an accent behind it are two keys, though equal as `String`s.
    private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
