package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a quantity becomes a cost, given a {@link Price}. Exact additions; each product rounds to DECIMAL128, once. */
public enum Rate {

    /** Price × units beyond the free ones. */
    PER_UNIT,
    /** Graduated: each unit at the price of the tier it falls in. */
    TIERED,
    /** All units at the price of the tier that their number falls in. */
    VOLUME,
    /** Whole packages, the last one counted as full. */
    PACKAGE;

    /** The name in plans, such as {@code per_unit}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, for messages. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Rate::id).toList();
    }

    /** The rate function of that name, if there is one. */
    public static Optional<Rate> find(String id) {
        return Arrays.stream(values()).filter(rate -> rate.id().equals(id)).findFirst();
    }

    /**
     * The rate function of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Rate named(String id) {
        return find(id).orElseThrow(() -> new IllegalArgumentException("no rate function " + id + ", but " + ids()));
    }

    /**
     * Whether a price has the members that this function needs; whether they make sense is not its business, see {@link Price}.
     *
     * @return what is wrong with it, or empty
     */
    public Optional<String> mismatch(Price price) {
        return switch (this) {
            case PER_UNIT -> price.price() == null || price.packageSize() != null || !price.tiers().isEmpty()
                    ? Optional.of("per_unit needs price and nothing else") : Optional.empty();
            case TIERED, VOLUME -> price.tiers().isEmpty() || price.price() != null || price.packageSize() != null
                    ? Optional.of(id() + " needs tiers and neither price nor package_size") : Optional.empty();
            case PACKAGE -> price.price() == null || price.packageSize() == null || !price.tiers().isEmpty()
                    ? Optional.of("package needs price and package_size and no tiers") : Optional.empty();
        };
    }

    /**
     * Whether cost is proportional to the quantity, so that each usage costs price × change wherever it is rated.
     * Otherwise the quantity that counts is the organization's for that plan, metric and month, and a usage costs what it
     * adds: cost(total after) − cost(total before).
     */
    public boolean linear(Price price) {
        return this == PER_UNIT && !price.hasFree();
    }

    /**
     * The cost of a quantity.
     *
     * <p>Proportional prices are proportional below zero too (a correction is a credit); under any other price what is
     * not above the free units costs nothing.
     *
     * @param quantity the quantity; the organization's for the month unless {@link #linear}
     * @param price a price without {@link #mismatch}
     * @return the cost, normalized; each product in it rounded to {@link Decimals#PRECISION}, the sum exact
     */
    public BigDecimal cost(BigDecimal quantity, Price price) {
        if (linear(price)) {
            return Decimals.multiply(quantity, price.price());
        }
        BigDecimal charged = price.hasFree() ? Decimals.subtract(quantity, price.free()) : quantity;
        if (charged.signum() <= 0) {
            return BigDecimal.ZERO;
        }
        return switch (this) {
            case PER_UNIT -> Decimals.multiply(charged, price.price());
            case TIERED -> graduated(charged, price.tiers());
            case VOLUME -> Decimals.multiply(charged, tier(charged, price.tiers()).price());
            case PACKAGE -> Decimals.multiply(
                    charged.divide(price.packageSize(), 0, RoundingMode.CEILING), price.price());
        };
    }

    private static BigDecimal graduated(BigDecimal charged, List<Price.Tier> tiers) {
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal from = BigDecimal.ZERO;
        for (Price.Tier tier : tiers) {
            BigDecimal to = tier.upTo() == null ? charged : charged.min(tier.upTo());
            cost = cost.add(Decimals.multiply(to.subtract(from), tier.price()));
            from = to;
            if (from.compareTo(charged) == 0) {
                break;
            }
        }
        return Decimals.normalize(cost);
    }

    private static Price.Tier tier(BigDecimal charged, List<Price.Tier> tiers) {
        return tiers.stream().filter(tier -> tier.upTo() == null || charged.compareTo(tier.upTo()) <= 0).findFirst()
                .orElseThrow(() -> new IllegalStateException("the last tier is not open: " + tiers));
    }
}
