/// Checks that bytes are one whole MessagePack value, before anything is made of them.
///
/// A few bytes can say that an array of four billion elements follows, for which msgpack-c would take memory at once; or
/// arrays in arrays without an end. Here every length is held against the bytes that there are.
enum PackBounds {
    /// How deep values may stand in each other; those of masters are five deep.
    private static let mostDepth = 24

    /// - Parameter bytes: What is to be decoded.
    /// - Throws: `MessageProblem` when they are no whole value, more than one, or nested too deeply.
    static func check(_ bytes: [UInt8]) throws(MessageProblem) {
        var place = 0
        // How many values are still to come at each depth.
        var open = [1]
        while let wanted = open.last {
            guard wanted > 0 else {
                open.removeLast()
                continue
            }
            open[open.count - 1] -= 1
            let (payload, values) = try head(bytes, &place)
            guard payload <= bytes.count - place else { throw MessageProblem("a value goes on behind the end") }
            place += payload
            guard values > 0 else { continue }
            // Each takes a byte at least.
            guard values <= bytes.count - place else { throw MessageProblem("a list goes on behind the end") }
            guard open.count < mostDepth else { throw MessageProblem("values are nested too deeply") }
            open.append(values)
        }
        guard place == bytes.count else { throw MessageProblem("there is more than one value") }
    }

    /// Reads the head of a value.
    ///
    /// - Returns: How many bytes the value itself has behind it, and how many values it is made of.
    private static func head(_ bytes: [UInt8], _ place: inout Int) throws(MessageProblem) -> (Int, Int) {
        guard place < bytes.count else { throw MessageProblem("the message ends too early") }
        let mark = bytes[place]
        place += 1
        switch mark {
        case 0x00...0x7f, 0xc0, 0xc2, 0xc3, 0xe0...0xff: return (0, 0)
        case 0x80...0x8f: return (0, 2 * Int(mark & 0x0f))
        case 0x90...0x9f: return (0, Int(mark & 0x0f))
        case 0xa0...0xbf: return (Int(mark & 0x1f), 0)
        case 0xc4, 0xd9: return (try length(bytes, &place, size: 1), 0)
        case 0xc5, 0xda: return (try length(bytes, &place, size: 2), 0)
        case 0xc6, 0xdb: return (try length(bytes, &place, size: 4), 0)
        case 0xcc, 0xd0: return (1, 0)
        case 0xcd, 0xd1: return (2, 0)
        case 0xca, 0xce, 0xd2: return (4, 0)
        case 0xcb, 0xcf, 0xd3: return (8, 0)
        case 0xdc: return (0, try length(bytes, &place, size: 2))
        case 0xdd: return (0, try length(bytes, &place, size: 4))
        case 0xde: return (0, 2 * (try length(bytes, &place, size: 2)))
        case 0xdf: return (0, 2 * (try length(bytes, &place, size: 4)))
        // 0xc1 is nothing, the others are types that somebody has made up, of which Locust has none.
        default: throw MessageProblem("a value is of a type that no message has")
        }
    }

    private static func length(_ bytes: [UInt8], _ place: inout Int, size: Int) throws(MessageProblem) -> Int {
        guard size <= bytes.count - place else { throw MessageProblem("the message ends too early") }
        defer { place += size }
        return bytes[place..<place + size].reduce(0) { $0 << 8 | Int($1) }
    }
}
