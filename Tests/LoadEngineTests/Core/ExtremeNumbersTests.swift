import FoundationEssentials
@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports
import Testing

@Suite("Numbers from outside, however extreme,")
struct ExtremeNumbersTests {
    static let numbers: [Double] = [
        0, -0.0, -1, .leastNonzeroMagnitude, 1e-308, 0.5, 1e9, 9.007199254740992e15, 1.8446744073709552e19, 1e20, 1e300,
        .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]

    @Test("become text", arguments: numbers, 0...6)
    func text(number: Double, digits: Int) {
        for value in [number, -number] {
            #expect(!value.fixed(digits).isEmpty && !value.grouped(digits).isEmpty && !value.readableMs.isEmpty)
        }
    }

    @Test("become nanoseconds, from 0 to never", arguments: numbers)
    func nanoseconds(number: Double) {
        let found = Nanoseconds.ofMilliseconds(number)
        #expect(number > 0 ? Double(found) >= min(number, 1e9) * 0.99e6 || number < 1e-6 : found == 0)
        #expect(Nanoseconds.ofMilliseconds(1.5) == 1_500_000 && Nanoseconds.ofMilliseconds(1e300) == Nanoseconds.never)
    }

    @Test("are no reason for a schedule to end the program", arguments: numbers.filter { $0 > 0 })
    func schedule(rate: Double) {
        let schedule = SpawnSchedule(startNs: UInt64.max / 4, rate: rate)
        #expect(schedule.startNs(of: 0) == UInt64.max / 4)
        #expect(schedule.startNs(of: 1_000_000) >= UInt64.max / 4)
    }

    @Test("of a histogram are refused when they cannot be added up")
    func histogram() {
        struct Lying: DurationSamples {
            let count: UInt64 = 0
            let sumNs: UInt64 = 0
            let minimumNs: UInt64 = 0
            let maximumNs: UInt64 = 0
            func forEachBucket(_ body: (UInt64, UInt64) -> Void) {
                for bucket in 1...4 as ClosedRange<UInt64> { body(bucket * 1_000_000, UInt64(Int64.max)) }
            }
        }
        #expect(Distribution(text: Lying().text, sumNs: 0, minimumNs: 0, maximumNs: 0) == nil)
    }

    @Test("of seconds in an interval are spread over a bounded number of them, and none is lost")
    func seconds() {
        var series = TimeSeries()
        var point = TimePoint(startS: 0, endS: 1e9)
        point.turnsCompleted = 1_000_000
        series.append(point)
        let counts = CountsPerSecond(series) { $0.turnsCompleted }.spread(1_000_000, from: 0, durationS: 1e9)
        #expect(counts.count == 4_096 && counts.values.reduce(0, +) == 1_000_000)
    }

    @Test("of a list stay in their places, with the zeros between them")
    func list() throws {
        let list = CountList([0, 3, 0, UInt32.max, 0])
        #expect(
            list.values == [0, 3, 0, UInt32.max, 0] && list[1] == 3 && list[2] == 0 && list[-1] == 0 && list[99] == 0
        )
        let text = try JSONEncoder().encode(list)
        #expect(String(decoding: text, as: UTF8.self) == "\"0 3 0 4294967295 0\"")
        #expect(try JSONDecoder().decode(CountList.self, from: text) == list)
        #expect(CountList.sum(list, list).values == [0, 6, 0, UInt32.max, 0])
        #expect(CountList.sum(list, CountList()).values == list.values)
    }
}
