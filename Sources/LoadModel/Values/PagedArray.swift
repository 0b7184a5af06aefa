/// An array in small pages, which copies share: a change costs the page that it is in, not the whole array.
///
/// What a run publishes once a second has an element for each turn of each conversation, of which there may be 100,000;
/// most are as they were a second ago. Whoever makes something of such a state keeps it, and finds by `changedPages` what is
/// to be made anew.
public struct PagedArray<Element> {
    private static var pageShift: Int { 4 }
    private static var pageSize: Int { 1 << pageShift }

    /// `Shape:` all of `pageSize` but the last.
    private var pages: [[Element]]
    /// How many elements there are.
    public private(set) var count: Int

    /// Makes one of elements that are the same; its pages are one.
    ///
    /// - Parameters:
    ///   - element: The element.
    ///   - count: How often it is there.
    package init(repeating element: Element, count: Int) {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: Self.pageSize)
        pages = Array(repeating: Array(repeating: element, count: Self.pageSize), count: whole)
        if rest > 0 { pages.append(Array(repeating: element, count: rest)) }
        self.count = count
    }

    /// Makes one of all elements of a sequence.
    ///
    /// - Parameter elements: The elements, in their order.
    public init(_ elements: some Sequence<Element>) {
        pages = []
        count = 0
        var page: [Element] = []
        for element in elements {
            if page.isEmpty { page.reserveCapacity(Self.pageSize) }
            page.append(element)
            count += 1
            guard page.count == Self.pageSize else { continue }
            pages.append(page)
            page = []
        }
        if !page.isEmpty { pages.append(page) }
    }

    // MARK: Pages

    /// The pages that are not those of an earlier state; all when it had another number of elements.
    ///
    /// A page that was changed and changed back counts as changed.
    /// - Parameter earlier: The earlier state, which must be kept until it has been compared: a page that nobody else has is
    ///   changed in its place.
    /// - Returns: The indices of the elements of each such page, in rising order.
    /// - Complexity: A comparison of two addresses for each page.
    package func changedPages(since earlier: PagedArray?) -> [Range<Int>] {
        guard let earlier, earlier.count == count else { return pages.indices.map { indices(ofPage: $0) } }
        return pages.indices.lazy.filter { !isSame($0, as: earlier) }.map { indices(ofPage: $0) }
    }

    private func indices(ofPage page: Int) -> Range<Int> {
        let first = page << Self.pageShift
        return first..<first + pages[page].count
    }

    private func isSame(_ page: Int, as other: PagedArray) -> Bool {
        pages[page].withUnsafeBufferPointer { mine in
            other.pages[page].withUnsafeBufferPointer { $0.baseAddress == mine.baseAddress }
        }
    }
}

extension PagedArray: RandomAccessCollection, MutableCollection {
    /// The index of the first element.
    public var startIndex: Int { 0 }
    /// The index after that of the last element.
    public var endIndex: Int { count }

    /// An element; changing one copies its page when it is shared.
    public subscript(index: Int) -> Element {
        get { pages[index >> Self.pageShift][index & (Self.pageSize - 1)] }
        _modify { yield &pages[index >> Self.pageShift][index & (Self.pageSize - 1)] }
    }
}

extension PagedArray: ExpressibleByArrayLiteral {
    /// Makes one of a list.
    public init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension PagedArray: Sendable where Element: Sendable {}

extension PagedArray: Equatable where Element: Equatable {
    /// Whether the elements are the same.
    public static func == (left: PagedArray, right: PagedArray) -> Bool { left.pages == right.pages }
}

extension PagedArray: Encodable where Element: Encodable {
    /// Writes an array.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws { try Array(self).encode(to: encoder) }
}

extension PagedArray: Decodable where Element: Decodable {
    /// Reads an array.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws { self.init(try [Element](from: decoder)) }
}
