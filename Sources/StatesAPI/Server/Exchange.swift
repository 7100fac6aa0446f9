import StatesJSON

/// A request of HTTP as far as the service looks at it.
struct Exchange: Sendable {
    var method: String
    var path: String
    var target: String?
    var traceHeader: String?
    var host: String?
    var origin: String?
    var fetchSite: String?

    /// What is asked for, by method and path.
    enum Kind {
        case operation, health, metrics, unknown
    }

    var kind: Kind {
        switch (method, path.split(separator: "?", maxSplits: 1).first ?? "/") {
        case ("POST", "/"): .operation
        case ("GET", "/healthz"): .health
        case ("GET", "/metrics"): .metrics
        default: .unknown
        }
    }

    /// Why this must not be answered: a browser sent it for a page that is not ours.
    ///
    /// Tasks run commands, so a page that somebody happens to look at must not be able to start executions. Browsers send `Origin`
    /// with every POST to another origin and `Sec-Fetch-Site` with everything; a name that was made to point here (DNS rebinding)
    /// shows in `Host`, which for a server on loopback must mean this machine. Clients put `sync-` before the host for some
    /// operations.
    func refusal(isLoopback: Bool) -> String? {
        if let origin {
            guard let own = host, origin == "http://\(own)", Self.isThisMachine(own) else {
                return "Requests from other origins are refused: \(origin)"
            }
        }
        if let fetchSite, fetchSite != "same-origin", fetchSite != "none" { return "Requests from other sites are refused" }
        if isLoopback, let host, !Self.isThisMachine(host) { return "This server answers on loopback only, and not as '\(host)'" }
        return nil
    }

    private static func isThisMachine(_ host: String) -> Bool {
        var name = host[...]
        if name.hasPrefix("[") {
            name = name.prefix { $0 != "]" } + "]"
        } else {
            name = name.prefix { $0 != ":" }
        }
        if name.hasPrefix("sync-") { name = name.dropFirst(5) }
        return ServerOptions.isLoopback(String(name)) || name == "0.0.0.0"
    }
}

/// A response before it is written.
struct Reply: Sendable {
    var status: Int
    var body: [UInt8]
    var contentType: String
    var requestID: String
    /// The error's code, for `x-amzn-ErrorType` and for metrics.
    var errorCode: String?

    static let awsJSON = "application/x-amz-json-1.0"

    init(_ answer: StatesService.Response, requestID: String) {
        self.requestID = requestID
        contentType = Self.awsJSON
        body = []
        switch answer {
        case .success(let members):
            status = 200
            JSONValue.object(members).write(into: &body)
        case .failure(let error):
            status = error.status
            errorCode = error.code
            JSONValue.object(error.body).write(into: &body)
        }
    }

    init(status: Int, text: String, contentType: String = "text/plain; charset=utf-8", requestID: String) {
        self.status = status
        body = Array(text.utf8)
        self.contentType = contentType
        self.requestID = requestID
    }
}
