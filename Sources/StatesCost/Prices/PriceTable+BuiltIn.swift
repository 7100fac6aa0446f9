extension PriceTable {
    /// The table that comes with this version: AWS's public price pages as read on its date. Regions whose price was not read are not
    /// in it.
    public static let builtIn = PriceTable(date: "2025-08-01", regions: builtInRegions)

    private static let builtInRegions: [String: RegionPrices] = {
        var regions: [String: RegionPrices] = [:]
        // Dollars per 1,000 transitions are thousandfold nanodollars per transition.
        for (price, names) in transitionPrices {
            for name in names {
                regions[name] = RegionPrices(
                    standardTransition: Money(nanodollars: price), express: expressRegions.contains(name) ? express : nil)
            }
        }
        return regions
    }()

    private static let transitionPrices: [(nanodollars: Int64, regions: [String])] = [
        (
            25_000,
            [
                "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "eu-west-1", "eu-central-1", "eu-west-2", "eu-north-1",
                "ap-southeast-1", "ap-northeast-1", "ap-southeast-2",
            ]
        ),
        (27_100, ["ap-northeast-2"]), (27_900, ["us-west-1"]), (28_500, ["ap-south-1"]), (29_700, ["eu-west-3"]),
        (30_000, ["us-gov-east-1", "us-gov-west-1"]), (37_500, ["sa-east-1"]),
    ]

    private static let expressRegions: Set<String> = ["us-east-1", "eu-west-1", "eu-central-1"]

    /// $1.00 per million starts; $0.06, $0.03 and $0.01642 per gigabyte-hour up to 1,000, up to 5,000 and beyond.
    private static let express = ExpressPrices(
        request: Money(nanodollars: 1_000),
        tiers: [
            ExpressPrices.Tier(upTo: 1_000, gigabyteHour: Money(nanodollars: 60_000_000)),
            ExpressPrices.Tier(upTo: 5_000, gigabyteHour: Money(nanodollars: 30_000_000)),
            ExpressPrices.Tier(upTo: nil, gigabyteHour: Money(nanodollars: 16_420_000)),
        ])
}
