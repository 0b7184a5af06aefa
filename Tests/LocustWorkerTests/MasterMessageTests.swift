import LoadEngine
import LoadModel
import Testing

@testable package import LocustWorker

@Suite("What a master says")
struct MasterMessageTests {
    @Test("is read as Locust's own master writes it")
    func captures() throws {
        #expect(try MasterMessage(Captures.ackFromMaster) == .ack(index: 0))
        #expect(try MasterMessage(Captures.heartbeatFromMaster) == .heartbeat)
        #expect(try MasterMessage(Captures.spawningCompleteFromMaster) == .spawningComplete)
        #expect(try MasterMessage(Captures.stopFromMaster) == .stop)
        #expect(try MasterMessage(Captures.quitFromMaster) == .quit)
        #expect(try MasterMessage(Captures.reconnectFromMaster) == .reconnect)
        #expect(try MasterMessage(Captures.updateUserClassFromMaster) == .other(type: "update_user_class"))
        #expect(
            try MasterMessage(Captures.shardFromMaster)
                == .shard(ShardOrder(share: RunShare(index: 0, count: 1)))
        )
        #expect(
            try MasterMessage(Captures.spawnFromMaster)
                == .spawn(
                    SpawnOrder(
                        timestamp: 1_795_452_112.431376,
                        classes: ClassTable([
                            ClassTable.Entry(name: "ChatA", users: 1), ClassTable.Entry(name: "ChatB", users: 1),
                        ]),
                        host: "http://127.0.0.1:9999",
                        stopTimeout: .seconds(2),
                        usersInAll: 4
                    )
                )
        )
    }

    private func message(_ type: PackValue, _ data: PackValue) -> [UInt8] {
        PackEncoder.encode(.array([type, data, .text("n")]))
    }

    @Test(
        "is refused where it is of the wrong shape or type",
        arguments: [
            .null, .text("spawn"), .array([]), .array([.text("stop"), .null]),
            .array([.text("stop"), .null, .text("n"), .null]), .array([.bytes(Array("stop".utf8)), .null, .text("n")]),
            .array([.int(1), .null, .text("n")]), .array([.text("stop"), .null, .null]),
        ] as [PackValue]
    )
    func wrongShape(_ value: PackValue) {
        #expect(throws: MessageProblem.self) { try MasterMessage(PackEncoder.encode(value)) }
    }

    @Test(
        "is refused where it asks for what cannot be",
        arguments: [
            ("spawn", .null),
            ("spawn", ["timestamp": .text("now"), "user_classes_count": .map([])]),
            ("spawn", ["timestamp": .double(.nan), "user_classes_count": .map([])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .array([])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .object(["a": .int(-1)])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .object(["a": .double(1)])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .object(["a": .int(1 << 40)])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .object(["a": .int(1 << 24), "b": .int(1)])]),
            ("spawn", ["timestamp": .double(1), "user_classes_count": .map([PackValue.Member(.int(1), .int(1))])]),
            ("shard", .null), ("shard", ["index": .int(0)]), ("shard", ["index": .int(2), "count": .int(2)]),
            ("shard", ["index": .int(-1), "count": .int(2)]), ("shard", ["index": .int(0), "count": .int(-3)]),
            ("shard", ["index": .null, "count": .int(1 << 40)]), ("shard", ["count": .int(2)]),
            ("shard", ["index": .int(0), "count": .int(1), "conversations": .object(["a": .int(-1)])]),
        ] as [(String, PackValue)]
    )
    func wrongData(type: String, data: PackValue) {
        #expect(throws: MessageProblem.self) { try MasterMessage(message(.text(type), data)) }
    }

    @Test("has limits of what a stop timeout may be, and takes what it is not told as not given")
    func limits() throws {
        let data: PackValue = ["timestamp": .int(7), "user_classes_count": .map([]), "stop_timeout": .double(1e300)]
        guard case .spawn(let order) = try MasterMessage(message(.text("spawn"), data)) else {
            throw MessageProblem("")
        }
        #expect(order.stopTimeout == .seconds(604_800) && order.host == nil && order.usersInAll == nil)
        #expect(order.timestamp == 7 && !order.resetsStatistics)
    }

    @Test(
        "is refused before memory is taken for what it only claims to have",
        arguments: [
            [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdf, 0xff, 0xff, 0xff, 0xff, 0x01], [0xdb, 0xff, 0xff, 0xff, 0xff, 0x61],
            [0xc6, 0x7f, 0xff, 0xff, 0xff], [0xdc, 0xff, 0xff, 0xc0], [0xc1], [0xc7, 0x01, 0x01, 0x01],
            [0xd4, 0x01, 0x01],
            [], [0xc0, 0xc0], Array(repeating: 0x91, count: 100_000) + [0xc0], Array(repeating: 0x81, count: 200_000),
        ] as [[UInt8]]
    )
    func hostile(_ bytes: [UInt8]) {
        #expect(throws: MessageProblem.self) { try PackDecoder.decode(bytes) }
    }

    @Test("is never read as UTF-8 that it is not")
    func notText() {
        #expect(throws: MessageProblem.self) { try PackDecoder.decode([0xa2, 0xc3, 0x28]) }
    }

    @Test("is read or refused, whatever is wrong with it: 100,000 mutations, and every truncation")
    func mutations() {
        var random = SeededRandom(seed: 15)
        var read = 0
        for bytes in Captures.fromMaster {
            for length in 0..<bytes.count {
                #expect(throws: MessageProblem.self) { try MasterMessage(Array(bytes[..<length])) }
            }
        }
        for round in 0..<100_000 {
            var bytes = Captures.fromMaster[round % Captures.fromMaster.count]
            for _ in 0...random.next() % 4 {
                let place = Int(random.next() % UInt64(max(bytes.count, 1)))
                guard !bytes.isEmpty else { break }
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 2: bytes.remove(at: place)
                // What numbers of elements and lengths of texts are told with.
                default: bytes.insert([0x92, 0xdd, 0xdf, 0xdb, 0xd9, 0xc6, 0xff][Int(random.next() % 7)], at: place)
                }
            }
            if (try? MasterMessage(bytes)) != nil { read += 1 }
        }
        // Most of a spawn's bytes are options that no worker looks at.
        #expect(read > 1_000)
    }

    @Test("survives being written and read again, value by value")
    func roundTrip() throws {
        let values: [PackValue] = [
            .null, .bool(true), .bool(false), .int(0), .int(-1), .int(127), .int(-33), .int(.max), .int(.min),
            .large(.max), .double(1.5), .double(-0.0), .text(""), .text("é 🙂"),
            .text(String(repeating: "x", count: 70_000)),
            .bytes([]), .bytes([0, 255]), .array(Array(repeating: .int(7), count: 70_000)),
            .map([PackValue.Member(.int(3), .array([.null])), PackValue.Member(.text("k"), .map([]))]),
        ]
        for value in values { #expect(try PackDecoder.decode(PackEncoder.encode(value)) == value) }
    }
}

extension PackValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, PackValue)...) {
        self = .map(members.map { Member(.text($0.0), $0.1) })
    }
}
