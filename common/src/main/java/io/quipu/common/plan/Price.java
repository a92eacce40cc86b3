package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The price of a metric in one country.
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

    /** Tiers that a price may have. */
    public static final int MAX_TIERS = 100;

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
     * What is wrong with the numbers of the price, whatever the rate: prices and {@code free} are not negative, a package
     * is not empty, the upper ends of tiers are above zero and ascend, the last tier and only the last has none, and every
     * number is {@link Decimals#submittable}.
     *
     * @return a sentence on the first flaw, or empty
     */
    public Optional<String> flaw() {
        return Stream.<Supplier<Optional<String>>>of(
                        () -> negative("price", price),
                        () -> negative("free", free),
                        () -> packageSize == null ? Optional.empty() : notPositive("package_size", packageSize),
                        this::flawOfTiers)
                .map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    private Optional<String> flawOfTiers() {
        if (tiers.size() > MAX_TIERS) {
            return Optional.of("there are " + tiers.size() + " tiers, more than " + MAX_TIERS);
        }
        BigDecimal from = BigDecimal.ZERO;
        for (int i = 0; i < tiers.size(); i++) {
            Tier tier = tiers.get(i);
            String name = "tiers[" + i + "]";
            boolean last = i == tiers.size() - 1;
            Optional<String> flaw = negative(name + ".price", tier.price());
            if (flaw.isEmpty() && last != (tier.upTo() == null)) {
                flaw = Optional.of(last ? name + ", the last tier, must have no up_to" : name + " must have an up_to");
            }
            if (flaw.isEmpty() && !last) {
                flaw = i == 0 ? notPositive(name + ".up_to", tier.upTo()) : notAbove(name + ".up_to", tier.upTo(), from);
            }
            if (flaw.isPresent()) {
                return flaw;
            }
            from = tier.upTo();
        }
        return Optional.empty();
    }

    private static Optional<String> negative(String name, BigDecimal number) {
        if (number == null) {
            return Optional.empty();
        }
        return number.signum() < 0 ? Optional.of(name + " must not be negative") : outOfBounds(name, number);
    }

    private static Optional<String> notPositive(String name, BigDecimal number) {
        return number.signum() <= 0 ? Optional.of(name + " must be above 0") : outOfBounds(name, number);
    }

    private static Optional<String> notAbove(String name, BigDecimal number, BigDecimal before) {
        return number.compareTo(before) <= 0 ? Optional.of(name + " must be above the up_to of the tier before it")
                : outOfBounds(name, number);
    }

    private static Optional<String> outOfBounds(String name, BigDecimal number) {
        return Decimals.submittable(number) ? Optional.empty() : Optional.of(name + " has more than "
                + Decimals.MAX_INTEGER_DIGITS + " digits before or " + Decimals.MAX_FRACTION_DIGITS
                + " after the decimal point");
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
