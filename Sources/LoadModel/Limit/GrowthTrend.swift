/// Tells whether a number grows over time for good, or only varies.
///
/// `Formula:` the slope of the line of least squares through the points, divided by its standard error, is over 3, and the line
/// has risen by a quarter of the mean from the first point to the last. At least eight points are needed. Neighbours that have much
/// in common make the error too small, so it is asked of two numbers at once, beside something else.
package struct GrowthTrend {
    private static let leastPoints = 8.0
    private static let leastScore = 3.0
    private static let leastRise = 0.25

    private var count = 0.0
    private var sums = (x: 0.0, y: 0.0, xx: 0.0, xy: 0.0, yy: 0.0)
    private var first = Double.infinity
    private var last = -Double.infinity

    package init() {}

    /// Adds a point.
    package mutating func add(_ value: Double, atS timeS: Double) {
        count += 1
        first = min(first, timeS)
        last = max(last, timeS)
        sums.x += timeS
        sums.y += value
        sums.xx += timeS * timeS
        sums.xy += timeS * value
        sums.yy += value * value
    }

    /// Whether the number grows.
    package var isGrowing: Bool {
        guard count >= Self.leastPoints else { return false }
        let spread = sums.xx - sums.x * sums.x / count
        guard spread > 0 else { return false }
        let slope = (sums.xy - sums.x * sums.y / count) / spread
        let rest = max(sums.yy - sums.y * sums.y / count - slope * slope * spread, 0)
        let error = (rest / (count - 2) / spread).squareRoot()
        return slope > 0 && slope > Self.leastScore * error && slope * (last - first) >= Self.leastRise * sums.y / count
    }
}
