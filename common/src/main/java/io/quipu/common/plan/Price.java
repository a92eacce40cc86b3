package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.util.List;

/**
 * The price of a metric in one country.
 *
 * <p>Whoever makes one sees to it that prices and {@code free} are not negative, that a package is not empty, and that the
 * upper ends of tiers are above zero and ascend; the last tier and only the last has none. The catalog does, field by field.
 *
 * @param country the country, such as {@code USA}
 * @param currency the currency, such as {@code USD}; null means the account's
 * @param price per unit ({@code per_unit}) or per package ({@code package}); null where there are tiers
 * @param free units per organization, plan, metric and month that cost nothing; null means none
 * @param tiers the tiers of {@code tiered} and {@code volume}, ascending; empty otherwise
 * @param packageSize units in a package; null unless {@code package}
 */
public record Price(String country, String currency, BigDecimal price, BigDecimal free, List<Tier> tiers,
        BigDecimal packageSize) {

    /** Normalizes the numbers and copies the list. */
    public Price {
        price = price == null ? null : Decimals.normalize(price);
        free = free == null ? null : Decimals.normalize(free);
        tiers = tiers == null ? List.of() : List.copyOf(tiers);
        packageSize = packageSize == null ? null : Decimals.normalize(packageSize);
    }

    /** Whether some units are free. */
    public boolean hasFree() {
        return free != null && free.signum() > 0;
    }

    /**
     * One tier of a price.
     *
     * @param upTo the last unit of the tier, inclusive, counted after the free units; null in the last tier
     * @param price per unit in this tier
     */
    public record Tier(BigDecimal upTo, BigDecimal price) {
        public Tier {
            upTo = upTo == null ? null : Decimals.normalize(upTo);
            price = Decimals.normalize(price);
        }
    }
}
