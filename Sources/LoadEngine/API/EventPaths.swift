/// The paths that the rules and values of a profile need, each once.
struct EventPaths {
    private(set) var paths: [JSONPath] = []
    private(set) var keepsAll: [Bool] = []
    private(set) var tags: [UInt8] = []
    private var places: [[Step]: Int] = [:]

    /// A step whose key is told by its bytes: keys that are equal as `String`s may be two.
    private enum Step: Hashable {
        case member([UInt8])
        case other(JSONPath.Step)
    }

    /// The path's place in the list; it is added if it is new.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - keepsAll: Whether each of its matches is needed, not only the last.
    ///   - tag: A bit that stands for it in what a scan has found.
    /// - Returns: The place.
    mutating func place(of path: JSONPath, keepsAll: Bool = false, tag: UInt8 = 0) -> Int {
        let steps = path.steps.map { step in
            if case .member(let name) = step { Step.member(Array(name.utf8)) } else { Step.other(step) }
        }
        if let place = places[steps] {
            if keepsAll { self.keepsAll[place] = true }
            tags[place] |= tag
            return place
        }
        places[steps] = paths.count
        paths.append(path)
        self.keepsAll.append(keepsAll)
        tags.append(tag)
        return paths.count - 1
    }
}
