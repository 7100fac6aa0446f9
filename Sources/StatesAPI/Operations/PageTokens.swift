import StatesJSON
import StatesText

/// Tokens for the next page: they say where to go on, for which request, and carry a proof that they were handed out here.
struct PageTokens: Sendable {
    private let secret: [UInt8]

    init(secret: [UInt8]) { self.secret = secret }

    /// The most results of a page.
    static let largestPage = 1_000

    /// How many results a page has: 100 unless the request says so.
    static func size(_ request: Request) -> Int {
        let wanted = request.integer("maxResults") ?? 0
        return wanted == 0 ? 100 : min(wanted, largestPage)
    }

    /// A token to go on after `place` with the same request.
    func token(_ request: Request, place: String) -> String {
        let proof = proof(of: place, request)
        return Base64.encode(proof + Array(place.utf8))
    }

    /// Where to go on, or nil at the beginning.
    ///
    /// - Throws: `InvalidToken` for a text that was not handed out, or for another request.
    func place(_ request: Request) throws(APIError) -> String? {
        guard let token = request.optionalText("nextToken") else { return nil }
        guard let bytes = Base64.decode(token), bytes.count > Self.proofSize,
            let place = String(validating: bytes[Self.proofSize...], as: UTF8.self),
            proof(of: place, request) == Array(bytes[..<Self.proofSize])
        else { throw .invalidToken }
        return place
    }

    private static let proofSize = 12

    /// All members but the page's own count; `maxResults` may change from page to page.
    private func proof(of place: String, _ request: Request) -> [UInt8] {
        var members = request.members
        members["nextToken"] = nil
        members["maxResults"] = nil
        let text = "\(request.operation.rawValue) \(place) \(JSONValue.object(members).compactText)"
        return Array(Digest.keyed(secret, Array(text.utf8)).prefix(Self.proofSize))
    }

    /// A page of things that are known by names, in their order, and the members of the response.
    func page<Element>(
        _ elements: [Element], of request: Request, named member: String, name: (Element) -> String, show: (Element) -> JSONObject
    ) throws(APIError) -> JSONObject {
        var start = 0
        if let place = try self.place(request) {
            // Whatever the last page ended with may be gone by now; then what came after it is found by its position.
            let parts = place.split(separator: "\n", maxSplits: 1).map(String.init)
            let position = elements.firstIndex { parts.count == 2 && name($0) == parts[1] }
            start = position.map { $0 + 1 } ?? Int(parts[0]) ?? elements.count
        }
        let end = min(start + PageTokens.size(request), elements.count)
        let page = start < end ? elements[start..<end] : []
        var response = JSONObject([(member, .array(page.map { .object(show($0)) }))])
        if end < elements.count, let last = page.last {
            response["nextToken"] = .string(token(request, place: "\(end)\n\(name(last))"))
        }
        return response
    }
}
