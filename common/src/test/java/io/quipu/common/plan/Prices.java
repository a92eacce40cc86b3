package io.quipu.common.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Prices for tests, in the USA and in USD. */
final class Prices {

    private Prices() {
    }

    static Price perUnit(String price, String free) {
        return new Price("USA", "USD", number(price), number(free), null, null);
    }

    static Price packages(String size, String price, String free) {
        return new Price("USA", "USD", number(price), number(free), null, number(size));
    }

    /** Tiers by turns of up_to and price; the last up_to is null. */
    static Price tiers(String free, String... upToAndPrice) {
        List<Price.Tier> tiers = new ArrayList<>();
        for (int i = 0; i < upToAndPrice.length; i += 2) {
            tiers.add(new Price.Tier(number(upToAndPrice[i]), number(upToAndPrice[i + 1])));
        }
        return new Price("USA", "USD", null, number(free), tiers, null);
    }

    private static BigDecimal number(String digits) {
        return digits == null ? null : new BigDecimal(digits);
    }
}
