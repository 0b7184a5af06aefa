/// Numbers with a fixed count of digits, without the C formatting that Swift cannot call safely.
extension Double {
    /// The number with a fixed count of digits behind the point, from 0 to 6.
    package func fixed(_ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        guard isFinite, magnitude < 1e15, magnitude * scale < 9e18 else { return "\(self)" }
        let scaled = Int64((magnitude * scale).rounded())
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let text = "\(fraction)"
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - text.count) + text
    }
}
