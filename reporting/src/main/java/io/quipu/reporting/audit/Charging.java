package io.quipu.reporting.audit;

import io.quipu.common.plan.Price;
import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;

/**
 * What quantities cost. Products are rounded to 34 digits, each once; sums and differences are exact.
 *
 * <p>With 1 free unit and tiers up to 10 at 0.5, then 0.4, 12 units cost 10 × 0.5 + 1 × 0.4 = 5.4.
 */
final class Charging {

    private Charging() {
    }

    /** Whether each unit costs the same, wherever and whenever it is used. */
    static boolean proportional(String rate, Price price) {
        return rate.equals("per_unit") && free(price).signum() == 0;
    }

    /** What a change costs under a proportional price; a negative one is a credit. */
    static BigDecimal proportional(BigDecimal change, Price price) {
        return change.multiply(price.price(), Decimals.PRECISION);
    }

    /** What a month's total costs an organization under any other price. */
    static BigDecimal total(BigDecimal total, String rate, Price price) {
        BigDecimal charged = total.subtract(free(price));
        if (charged.signum() <= 0) {
            return BigDecimal.ZERO;
        }
        return switch (rate) {
            case "per_unit" -> charged.multiply(price.price(), Decimals.PRECISION);
            case "tiered" -> tiered(charged, price);
            case "volume" -> charged.multiply(volume(charged, price), Decimals.PRECISION);
            case "package" -> packages(charged, price.packageSize()).multiply(price.price(), Decimals.PRECISION);
            default -> throw new IllegalArgumentException("the audit knows no rate function " + rate);
        };
    }

    private static BigDecimal tiered(BigDecimal charged, Price price) {
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal below = BigDecimal.ZERO;
        for (Price.Tier tier : price.tiers()) {
            boolean reaches = tier.upTo() != null && tier.upTo().compareTo(charged) < 0;
            BigDecimal units = (reaches ? tier.upTo() : charged).subtract(below);
            cost = cost.add(units.multiply(tier.price(), Decimals.PRECISION));
            if (!reaches) {
                return cost;
            }
            below = tier.upTo();
        }
        throw new IllegalArgumentException("the last tier ends at " + below);
    }

    private static BigDecimal volume(BigDecimal charged, Price price) {
        for (Price.Tier tier : price.tiers()) {
            if (tier.upTo() == null || tier.upTo().compareTo(charged) >= 0) {
                return tier.price();
            }
        }
        throw new IllegalArgumentException("no tier for " + charged.toPlainString());
    }

    private static BigDecimal packages(BigDecimal charged, BigDecimal size) {
        BigDecimal[] parts = charged.divideAndRemainder(size);
        return parts[1].signum() == 0 ? parts[0] : parts[0].add(BigDecimal.ONE);
    }

    private static BigDecimal free(Price price) {
        return price.free() == null ? BigDecimal.ZERO : price.free();
    }
}
