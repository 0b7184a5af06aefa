internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// The sockets that libcurl asks for: from which address and port they come, to which address they go, and whether one that
/// was kept may be used again.
/// - Isolation: loop
final class CurlConnections {
    /// How users are dealt out to multis.
    let layout: MultiLayout
    /// What each of the target's addresses has got.
    private(set) var addresses: TargetAddresses
    /// How many sockets are open, those of connections that are being made included.
    private(set) var openCount: UInt64 = 0
    private let settings: TransportSettings
    private let usesTLS: Bool
    private let spread: SourceSpread
    private let sockets: SocketTable
    /// Nil where connections are not kept.
    private let socketsByPort: SocketsByPort?
    /// How many sockets were opened, for each source address.
    private var openedCounts: [Int]

    /// What the system may keep of an answer whose user reads slowly, in bytes; it takes twice as much, for its own needs.
    private static var pacedReceiveBytes: Int32 { 8 << 10 }

    /// Makes the connections of a transport.
    ///
    /// - Parameters:
    ///   - settings: Where the connections go, and from where.
    ///   - sockets: The watchers of sockets, which have to know of new ones.
    init(_ settings: TransportSettings, sockets: SocketTable) {
        self.settings = settings
        self.sockets = sockets
        usesTLS = settings.target.scheme == "https"
        layout = MultiLayout(targetCount: settings.target.spreadCount)
        addresses = TargetAddresses(of: settings.target)
        spread = SourceSpread(addressCount: settings.sourceAddresses.count, share: settings.share)
        openedCounts = [Int](repeating: 0, count: max(settings.sourceAddresses.count, 1))
        socketsByPort = settings.connections.keepsConnections ? SocketsByPort() : nil
    }

    /// Frees everything; no socket may be open any more.
    func close() {
        socketsByPort?.destroy()
    }

    /// Opens a socket for libcurl, which makes it non-blocking itself.
    ///
    /// - Parameters:
    ///   - transfer: The transfer that needs it.
    ///   - address: Where it is to go; the interface of a link-local address is filled in.
    /// - Returns: The descriptor, or -1 with the reason in the transfer's `socketError`.
    func open(
        for transfer: UnsafeMutablePointer<CurlTransfer>,
        at address: UnsafeMutablePointer<curl_sockaddr>
    ) -> Int32 {
        addresses.willConnect(to: address)
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
        guard descriptor >= 0 else {
            transfer.pointee.socketError = errno
            return -1
        }
        let index = spread.addressIndex(ofMulti: layout.multi(of: transfer.pointee.user))
        if let windows = settings.portWindows {
            let window = windows.window(ofConnection: openedCounts[index ?? 0], share: settings.share)
            LocalPorts.restrict(descriptor, to: window)
        }
        openedCounts[index ?? 0] += 1
        if settings.pacesReading {
            // Before it connects, so that no more is ever promised to the server. Where it fails more is on its way.
            var bytes = Self.pacedReceiveBytes
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        if let index {
            let code = settings.sourceAddresses[index].bind(descriptor)
            guard code == 0 else {
                transfer.pointee.socketError = code
                Glibc.close(descriptor)
                return -1
            }
        }
        sockets.didOpen(descriptor)
        openCount += 1
        transfer.pointee.openedSocket = descriptor
        return descriptor
    }

    /// Whose turn went out last on a socket, if that was kept then.
    func user(ofKept descriptor: Int32) -> Int? { socketsByPort?.user(of: descriptor) }

    /// Closes a socket that libcurl needs no more.
    func close(_ descriptor: Int32) {
        openCount -= 1
        socketsByPort?.remove(descriptor)
        Glibc.close(descriptor)
    }

    /// Whether a turn may be sent on the connection that libcurl has chosen for it.
    ///
    /// - Parameters:
    ///   - transfer: Its transfer.
    ///   - address: The address it goes to, as libcurl writes it.
    ///   - localPort: The connection's local port, which is all that libcurl tells of it.
    /// - Returns: False for a kept one on which something has come that nobody asked for.
    func willSend(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        to address: UnsafePointer<CChar>?,
        localPort: Int32
    ) -> Bool {
        let opened = transfer.pointee.openedSocket
        if let socketsByPort, let port = UInt16(exactly: localPort) {
            let multi = layout.multi(of: transfer.pointee.user)
            if opened >= 0 {
                if isUsed(opened, port: port) { socketsByPort.insert(opened, port: port, multi: multi) }
            } else if let fd = socketsByPort.descriptor(port: port, multi: multi) {
                guard isClean(fd, transfer) else { return false }
                socketsByPort.assign(fd, to: transfer.pointee.user)
                transfer.pointee.keptSocket = fd
            }
        }
        didConnect(transfer, to: address)
        if addresses.areCounted, let address { addresses.willSend(to: address) }
        return true
    }

    /// Counts the connection that was made for a transfer, if one was.
    func didConnect(_ transfer: UnsafeMutablePointer<CurlTransfer>, to address: UnsafePointer<CChar>?) {
        guard addresses.areCounted, let address, transfer.pointee.openedSocket >= 0 else { return }
        addresses.didConnect(to: address)
    }

    /// Whether the socket that was opened last is the one that is used: libcurl may have tried several addresses.
    private func isUsed(_ fd: Int32, port: UInt16) -> Bool {
        guard addresses.areCounted else { return true }
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &length) == 0 }
        }
        // The port of an IPv4 address is at the same place.
        return isKnown && UInt16(bigEndian: address.sin6_port) == port
    }

    /// Whether nothing has come on a kept connection since its last answer: neither bytes, which would be taken for the next
    /// answer, nor its end.
    ///
    /// libcurl before 8.0.0 looks for the end only, later ones do not see what OpenSSL has decrypted already.
    private func isClean(_ fd: Int32, _ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        var byte: UInt8 = 0
        guard recv(fd, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0, errno == EAGAIN else { return false }
        guard usesTLS, let easy = transfer.pointee.easy else { return true }
        return cload_easy_has_pending_tls(easy) == 0
    }
}

@available(*, unavailable)
extension CurlConnections: Sendable {}
