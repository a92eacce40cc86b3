package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one metric of one instance came to in one window.
 *
 * @param accumulate the name of the function: {@code sum}, {@code max}, {@code min}, {@code last} or {@code count}
 * @param quantity the quantity
 * @param end when the usage ended that decided it; counts for {@code last} only
 */
record Tally(String accumulate, BigDecimal quantity, long end) {

    /** After one more usage; {@code before} is null at the first. */
    static Tally after(Tally before, String accumulate, BigDecimal quantity, long end) {
        BigDecimal next = switch (accumulate) {
            case "sum" -> before == null ? quantity : before.quantity.add(quantity);
            case "max" -> before != null && before.quantity.compareTo(quantity) > 0 ? before.quantity : quantity;
            case "min" -> before != null && before.quantity.compareTo(quantity) < 0 ? before.quantity : quantity;
            case "last" -> before != null && before.end > end ? before.quantity : quantity;
            case "count" -> before == null ? BigDecimal.ONE : before.quantity.add(BigDecimal.ONE);
            default -> throw new IllegalArgumentException("the audit knows no accumulate function " + accumulate);
        };
        return new Tally(accumulate, next, before == null ? end : Math.max(before.end, end));
    }

    /** As the document of an instance holds it. */
    Value state() {
        return accumulate.equals("last")
                ? new Value.Structure(new TreeMap<>(Map.of("end", Value.of(BigDecimal.valueOf(end)),
                        "quantity", Value.of(quantity))))
                : Value.of(quantity);
    }
}
