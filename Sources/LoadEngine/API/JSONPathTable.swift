#if canImport(Glibc)
import Glibc
#endif

/// Paths compiled into one automaton, so that a text is walked once for all of them.
///
/// A node stands for a place to which the same paths lead; from it lead the keys and elements that any of them goes on with.
/// What no path leads to is the dead node, from which nothing leads on. It is laid out in plain memory that nothing counts
/// references of; its owner calls `destroy`.
struct JSONPathTable {
    struct Node {
        /// By the length in bytes of a key the first of its keys that long, counted from 1; 0 without any.
        ///
        /// `Shape:` [length], `lengthCount` of them; the last one is for all longer ones too.
        var firstKeys: UnsafePointer<UInt32>
        /// Its keys, the shortest first.
        var keys: UnsafePointer<Key>
        var keyCount: Int32
        var elementCount: Int32
        /// What is behind elements of a certain index.
        var elements: UnsafePointer<Element>
        /// What is behind every other element.
        var everyElement: UnsafePointer<Node>
        /// The paths that end here.
        var ends: UnsafePointer<End>
        var endCount: Int
    }

    struct Key {
        /// Its first 8 bytes, zeros behind a shorter one.
        var first: UInt64
        /// Its last 8 bytes; 0 for a shorter one.
        var last: UInt64
        var count: Int
        var bytes: UnsafeRawPointer
        var node: UnsafePointer<Node>
        /// The bit that stands for it among its node's keys; the last one for all behind the 63rd.
        var bit: UInt64
    }

    struct Element {
        var index: UInt64
        var node: UnsafePointer<Node>
    }

    struct End {
        /// The path's place in the list that the table was made from.
        var path: Int
        /// Whether each of its matches is kept, not only the last.
        var keepsAll: Bool
        /// Bits that stand for it in what a scan has found.
        var tags: UInt8
    }

    /// The most nodes a table may have; those of an API's profile are a few dozen.
    static var maximumNodes: Int { 4096 }
    /// How many lengths of keys are told apart.
    static var lengthCount: Int { 64 }

    let nodes: UnsafeMutablePointer<Node>
    private let keys: UnsafeMutablePointer<Key>
    private let elements: UnsafeMutablePointer<Element>
    private let ends: UnsafeMutablePointer<End>
    private let names: UnsafeMutablePointer<UInt8>
    private let firstKeys: UnsafeMutablePointer<UInt32>

    /// Where no path leads.
    var dead: UnsafePointer<Node> { UnsafePointer(nodes) }
    /// What the whole text stands in as if it was an element of an array.
    var outside: UnsafePointer<Node> { UnsafePointer(nodes + 1) }

    /// Compiles paths.
    ///
    /// - Parameters:
    ///   - paths: The paths.
    ///   - keepsAll: For each path, whether each of its matches is kept.
    ///   - tags: For each path, the bits that stand for it in what a scan has found.
    /// - Throws: `ExpressionError` when they mix `[n]` and `[*]` in so many ways that the table would become too large.
    init(_ paths: [JSONPath], keepsAll: [Bool], tags: [UInt8]) throws(ExpressionError) {
        let plan = try JSONPathPlan(paths)
        let states = plan.states
        let nodes = OutOfMemory.allocate(Node.self, count: states.count)
        let keys = OutOfMemory.allocate(Key.self, count: states.reduce(0) { $0 + $1.keys.count })
        let elements = OutOfMemory.allocate(Element.self, count: states.reduce(0) { $0 + $1.elements.count })
        let ends = OutOfMemory.allocate(End.self, count: states.reduce(0) { $0 + $1.ends.count })
        let names = OutOfMemory.allocate(
            UInt8.self,
            count: states.reduce(0) { $0 + $1.keys.reduce(0) { $0 + $1.name.utf8.count } }
        )
        let firstKeys = OutOfMemory.allocate(UInt32.self, count: states.count * Self.lengthCount)
        firstKeys.initialize(repeating: 0, count: states.count * Self.lengthCount)
        var (nextKey, nextElement, nextEnd, nextName) = (keys, elements, ends, names)
        for (index, state) in states.enumerated() {
            let ownFirstKeys = firstKeys + index * Self.lengthCount
            let node = Node(
                firstKeys: ownFirstKeys,
                keys: nextKey,
                keyCount: Int32(state.keys.count),
                elementCount: Int32(state.elements.count),
                elements: nextElement,
                everyElement: nodes + state.everyElement,
                ends: nextEnd,
                endCount: state.ends.count
            )
            (nodes + index).initialize(to: node)
            let sorted = state.keys.sorted { $0.name.utf8.count < $1.name.utf8.count }
            for (place, key) in sorted.enumerated() {
                let name = Array(key.name.utf8)
                let first = ownFirstKeys + Self.lengthIndex(name.count)
                if first.pointee == 0 { first.pointee = UInt32(place + 1) }
                nextName.initialize(from: name, count: name.count)
                nextKey.initialize(to: Self.key(UnsafeRawPointer(nextName), name.count, to: nodes + key.state, place))
                nextName += name.count
                nextKey += 1
            }
            for element in state.elements {
                nextElement.initialize(
                    to: Element(index: UInt64(bitPattern: Int64(element.index)), node: nodes + element.state)
                )
                nextElement += 1
            }
            for path in state.ends {
                nextEnd.initialize(to: End(path: path, keepsAll: keepsAll[path], tags: tags[path]))
                nextEnd += 1
            }
        }
        (self.nodes, self.keys, self.elements, self.ends) = (nodes, keys, elements, ends)
        (self.names, self.firstKeys) = (names, firstKeys)
    }

    private static func key(
        _ bytes: UnsafeRawPointer,
        _ count: Int,
        to node: UnsafePointer<Node>,
        _ place: Int
    ) -> Key {
        var first: UInt64 = 0
        withUnsafeMutableBytes(of: &first) { $0.copyMemory(from: .init(start: bytes, count: min(count, 8))) }
        let last = count < 8 ? 0 : JSONBytes.word(bytes + count - 8)
        return Key(
            first: UInt64(littleEndian: first),
            last: last,
            count: count,
            bytes: bytes,
            node: node,
            bit: 1 &<< UInt64(min(place, 63))
        )
    }

    @inline(__always)
    static func lengthIndex(_ count: Int) -> Int { min(count, lengthCount - 1) }

    /// What is behind an element of an array that is at a node.
    @inline(__always)
    static func element(_ index: UInt64, of node: UnsafePointer<Node>) -> UnsafePointer<Node> {
        node.pointee.elementCount == 0 ? node.pointee.everyElement : listedElement(index, of: node)
    }

    @inline(never)
    private static func listedElement(_ index: UInt64, of node: UnsafePointer<Node>) -> UnsafePointer<Node> {
        for position in 0..<Int(node.pointee.elementCount) where node.pointee.elements[position].index == index {
            return node.pointee.elements[position].node
        }
        return node.pointee.everyElement
    }

    func destroy() {
        free(nodes)
        free(keys)
        free(elements)
        free(ends)
        free(names)
        free(firstKeys)
    }
}
