#if canImport(Glibc)
import Glibc
#endif

/// Numbers of the usual distributions; the same numbers from the generator give the same of them.
extension RandomNumberGenerator {
    /// A number from 0 to below 1, one of 2⁵³ as likely as any other.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An exponentially distributed number with the mean 1, by the inverse of the distribution function.
    mutating func exponential() -> Double { -log(1 - fraction()) }

    /// A normally distributed number with the mean 0 and the deviation 1: Box and Muller make it of a radius and an angle.
    mutating func normal() -> Double {
        let radius = (2 * exponential()).squareRoot()
        return radius * cos(2 * .pi * fraction())
    }

    /// A gamma distributed number with the scale 1, by Marsaglia and Tsang, "A simple method for generating gamma variables"
    /// (2000); of a shape below 1 as they say there, of one more and a power.
    mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let power = pow(1 - fraction(), 1 / shape)
            return gamma(shape: shape + 1) * power
        }
        let d = shape - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = normal()
            let root = 1 + c * normal
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - fraction()) < normal * normal / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}
