/// How a server listens, and what it puts up with.
public struct ServerOptions: Sendable {
    /// The address to bind to: loopback unless somebody asks for another.
    public var host = "127.0.0.1"
    /// The port; 0 for any that is free.
    public var port = 8083
    /// How many threads serve connections.
    public var threads = 1
    /// How long GetActivityTask waits for a task, in seconds.
    public var activityWaitSeconds: Int64 = 60
    /// How long a request may take to arrive, in seconds.
    public var requestSeconds: Int64 = 30
    /// How long a connection may be idle between requests, in seconds.
    public var idleSeconds: Int64 = 600
    /// How many connections are served at once; further ones are closed at once.
    public var connectionLimit = 20_000
    /// How many bytes of requests may wait over all connections; a request beyond that is refused as too large.
    public var bufferLimit = 256 << 20
    /// How many polls of activities may wait at once.
    public var pollLimit = 1_000

    /// The defaults.
    public init() {}

    /// Whether only this machine can connect.
    public var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether a name or address means this machine.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "[::1]" || host.isLoopbackIPv4
    }
}

extension String {
    fileprivate var isLoopbackIPv4: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
