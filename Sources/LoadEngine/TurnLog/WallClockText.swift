/// Moments of a run by the clock on the wall, as RFC 3339 writes them, in UTC and microseconds.
///
/// All but the fraction is made once a second.
struct WallClockText {
    private static let perSecond: Int64 = 1_000_000
    private static let secondsPerDay: Int64 = 86_400

    /// The start of the run, in microseconds since 1970.
    private let startUs: Int64
    private var second = Int64.min
    private var text = InlineArray<19, UInt8>(repeating: 0)

    init(startUs: Int64) {
        self.startUs = startUs
    }

    /// Appends the moment so long after the start of the run.
    mutating func append(afterStartUs: UInt64, to buffer: inout ByteBuffer) {
        let timeUs = startUs + Int64(afterStartUs)
        let seconds = timeUs / Self.perSecond
        if seconds != second { write(seconds) }
        withUnsafeBytes(of: text) { buffer.append($0) }
        buffer.append(UInt8(ascii: "."))
        buffer.append(decimal: UInt64(timeUs % Self.perSecond), digits: 6)
        buffer.append(UInt8(ascii: "Z"))
    }

    /// Writes the date and the time of day of a second since 1970.
    private mutating func write(_ seconds: Int64) {
        second = seconds
        let date = Self.date(ofDay: seconds / Self.secondsPerDay)
        let time = seconds % Self.secondsPerDay
        var at = 0
        func put(_ value: Int64, _ digits: Int, _ end: Unicode.Scalar?) {
            var rest = value
            for index in (at..<at + digits).reversed() {
                text[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            at += digits
            guard let end else { return }
            text[at] = UInt8(ascii: end)
            at += 1
        }
        put(date.year, 4, "-")
        put(date.month, 2, "-")
        put(date.day, 2, "T")
        put(time / 3_600, 2, ":")
        put(time / 60 % 60, 2, ":")
        put(time % 60, 2, nil)
    }

    /// The date of a day since 1970: `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    ///
    /// Years begin in March there, so that the day that some have more is their last.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, day)
    }
}
