// Numbers as a page shows them: groups of three digits, and units that stay on the line of their number.

extension UInt64 {
    /// The number with a comma before every three digits.
    var grouped: String {
        guard self >= 1_000 else { return "\(self)" }
        let digits = Array("\(self)")
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }
}

extension Double {
    /// The number with a fixed count of digits behind the point, and a comma before every three digits before it.
    func grouped(_ digits: Int) -> String {
        let text = fixed(digits)
        let whole = text.prefix { $0 != "." }
        guard self >= 0, let number = UInt64(whole) else { return text }
        return number.grouped + text.dropFirst(whole.count)
    }

    /// A time in milliseconds with a unit that suits it, in about three digits.
    var readableMs: String {
        switch self {
        case ..<9.995: "\(fixed(2))\u{A0}ms"
        case ..<99.95: "\(fixed(1))\u{A0}ms"
        case ..<999.5: "\(fixed(0))\u{A0}ms"
        case ..<9_995: "\((self / 1e3).fixed(2))\u{A0}s"
        case ..<59_950: "\((self / 1e3).fixed(1))\u{A0}s"
        default: Self.readable(seconds: (self / 1e3).rounded())
        }
    }

    private static func readable(seconds: Double) -> String {
        guard let whole = UInt64(exactly: seconds) else { return "\(seconds)\u{A0}s" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? "\(hours.grouped)\u{A0}h\u{A0}\(minutes)\u{A0}min" : "\(minutes)\u{A0}min\u{A0}\(rest)\u{A0}s"
    }

    /// A share from 0 to 1 as a percentage.
    var readablePercent: String {
        let percent = self * 100
        return percent == 0 || percent == 100 ? "\(percent.fixed(0))\u{A0}%" : "\(percent.fixed(2))\u{A0}%"
    }

    /// A number of bytes with a unit that suits it.
    static func readable(bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return "\(value.grouped(unit == 0 ? 0 : 1))\u{A0}\(units[unit])"
    }
}
