import StatesJSON
import StatesLanguage
import Testing

@testable import StatesCost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much of the family is looked at: some of it by default, all of it with STEPWELL_FAMILY=1000 and STEPWELL_RUNS=100000.
enum Family {
    static let size = getenv("STEPWELL_FAMILY").flatMap { Int(String(cString: $0)) } ?? 60
    static let runs = getenv("STEPWELL_RUNS").flatMap { Int(String(cString: $0)) } ?? 500
}

@Suite("bounds")
struct BoundsTests {
    @Test("bounds are the fewest and the most transitions that the kernel can be made to do")
    func boundsAreAttained() throws {
        var (tight, finite, seen) = (0, 0, 0)
        for seed in 0..<Family.size {
            let random = RandomMachine(seed: UInt64(seed), size: 3, depth: 2, loops: seed % 3 == 0)
            let flow = try random.flow()
            let numbers = try Numbers(random.profile(failures: [:]), for: flow)
            let bounds = Bounds(of: flow, items: numbers.items)
            let most = bounds.any.most.value
            let play = try Playthrough(random.machine(), random, wantsMost: most != nil)
            guard !play.gaveUp else { continue }
            seen += 1
            #expect(play.least == bounds.any.least, "seed \(seed): \(random.definition.compactText) \(random.items)")
            if let most {
                finite += 1
                #expect(play.most == most, "seed \(seed): \(random.definition.compactText) \(random.items)")
            }
            tight += 1
        }
        print("family: \(seen) of \(Family.size) played through, \(finite) with a finite most")
    }
}
