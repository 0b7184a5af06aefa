/// A pattern as a network of places, over the bytes of UTF-8: a nondeterministic automaton.
struct PatternProgram {
    /// The most places: a pattern that needs more is refused.
    static let mostPlaces = 4_000

    /// A place, with the indices of those that follow it.
    enum Place {
        /// Takes a byte.
        case byte(ClosedRange<UInt8>, next: Int)
        /// Goes on at each of these.
        case any([Int])
        /// Goes on at the beginning of the text only.
        case start(next: Int)
        /// Goes on at the end of the text only.
        case end(next: Int)
        /// The pattern matches.
        case match
    }

    /// Why there is no program.
    struct TooLarge: Error {}

    private(set) var places: [Place] = [.match]
    /// Where it begins.
    private(set) var entry = 0

    /// The place of the match.
    static let match = 0

    init(_ node: PatternNode) throws(TooLarge) {
        entry = try add(node, before: Self.match)
    }

    /// Adds the places of a part.
    ///
    /// - Parameters:
    ///   - node: The part.
    ///   - next: Where it goes on when the part has matched.
    /// - Returns: Where the part begins.
    /// - Throws: When there are too many.
    private mutating func add(_ node: PatternNode, before next: Int) throws(TooLarge) -> Int {
        switch node {
        case .character(let set): return try add(set, before: next)
        case .start: return try add(.start(next: next))
        case .end: return try add(.end(next: next))
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() { next = try add(part, before: next) }
            return next
        case .either(let branches):
            var entries: [Int] = []
            for branch in branches { entries.append(try add(branch, before: next)) }
            return try add(.any(entries))
        case .repeated(let part, let least, let most):
            var rest = next
            if let most {
                // One after another, each of which may be the last.
                for _ in least..<most { rest = try add(.any([try add(part, before: rest), next])) }
            } else {
                rest = try add(.any([]))
                places[rest] = .any([try add(part, before: rest), next])
            }
            for _ in 0..<least { rest = try add(part, before: rest) }
            return rest
        }
    }

    private mutating func add(_ set: ScalarSet, before next: Int) throws(TooLarge) -> Int {
        var entries: [Int] = []
        // Sequences that end alike share their ends.
        var shared: [Tail: Int] = [:]
        for sequence in set.sequences {
            var next = next
            for range in sequence.reversed() {
                let tail = Tail(range: range, next: next)
                if let place = shared[tail] {
                    next = place
                } else {
                    next = try add(.byte(range, next: next))
                    shared[tail] = next
                }
            }
            entries.append(next)
        }
        return entries.count == 1 ? entries[0] : try add(.any(entries))
    }

    private struct Tail: Hashable {
        let range: ClosedRange<UInt8>
        let next: Int
    }

    private mutating func add(_ place: Place) throws(TooLarge) -> Int {
        guard places.count < Self.mostPlaces else { throw TooLarge() }
        places.append(place)
        return places.count - 1
    }

    // MARK: Walking

    /// Where one can be without taking a byte.
    struct Reach {
        /// The places that take a byte, or are behind an end of the text, in rising order.
        var waiting: [Int] = []
        /// Whether the pattern has matched.
        var matches = false
    }

    /// Where one can be from some places without taking a byte.
    ///
    /// - Parameters:
    ///   - entries: The places.
    ///   - isAtStart: Whether nothing of the text has come.
    ///   - isAtEnd: Whether nothing more comes.
    /// - Returns: Where one can be then.
    func reach(from entries: [Int], isAtStart: Bool, isAtEnd: Bool) -> Reach {
        var reach = Reach()
        var isSeen = [Bool](repeating: false, count: places.count)
        var open = entries
        while let place = open.popLast() {
            guard !isSeen[place] else { continue }
            isSeen[place] = true
            switch places[place] {
            case .byte: reach.waiting.append(place)
            case .any(let next): open += next
            case .start(let next): if isAtStart { open.append(next) }
            case .end(let next):
                reach.waiting.append(place)
                if isAtEnd { open.append(next) }
            case .match: reach.matches = true
            }
        }
        reach.waiting.sort()
        return reach
    }
}
