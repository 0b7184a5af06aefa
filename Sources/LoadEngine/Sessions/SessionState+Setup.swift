extension SessionState {
    /// What the answer to a set-up request should have had, and later requests need; nil when all is there.
    ///
    /// - Parameters:
    ///   - setup: The set-up request.
    ///   - api: Whose it is.
    /// - Returns: A text with the capture and its places.
    func lacking(ofSetup setup: Int, of api: UnsafePointer<API>) -> String? {
        for (index, wanted) in api.pointee.profile.setup[setup].captures.enumerated()
        where capture(api.pointee.place(ofCapture: index, setup: setup)) == nil {
            let places =
                switch wanted.source {
                case .body(let paths): paths.map(\.text).joined(separator: ", ")
                case .header(let name): "header:\(name)"
                }
            return "expected a value for {{\(wanted.name)}} at \(places), found none"
        }
        return nil
    }
}
