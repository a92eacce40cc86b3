package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Offer.Metric;
import io.quipu.acceptance.chaos.Offer.Price;
import io.quipu.acceptance.chaos.Offer.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is used in a run: two of the sample plans, and four plans of the run's own in which every way to accumulate meets
 * every way to rate.
 */
final class Offers {

    /** The countries and their currencies. */
    static final Map<String, String> CURRENCIES = Map.of("USA", "USD", "EUR", "EUR", "CAN", "CAD");

    /** What is not a measure of any plan. */
    static final String UNKNOWN_MEASURE = "no-such-measure";

    /** The resource of the run's own plans. */
    static final String MIXER = "chaos-mixer";

    /** A usage in which this measure is 0 is rejected by the meter: it is divided by. */
    static final String DIVISOR = "elapsed";

    private static final List<String> RATES = List.of("per_unit", "tiered", "volume", "package");
    private static final Map<String, String> FACTORS = Map.of("USA", "1", "EUR", "0.93", "CAN", "1.37");

    /** The run's own plans. */
    static final List<Offer> OWN = own();

    /** The sample plans that are used, as the page of the sample plans has them. */
    static final List<Offer> SAMPLES = samples();

    private Offers() {
    }

    private static List<Offer> own() {
        List<Offer> offers = new ArrayList<>();
        for (int plan = 0; plan < RATES.size(); plan++) {
            String[][] metrics = {
                {"kibibytes", "KIBIBYTE", "bytes / 1024", "sum"},
                {"peak", "LOAD", "load", "max"},
                {"floor", "LOAD", null, "min"},
                {"level", "LEVEL", null, "last"},
                {"events", "EVENT", "items", "count"},
                {"pace", "WORK", "work / " + DIVISOR, "sum"}};
            List<Metric> list = new ArrayList<>();
            for (int i = 0; i < metrics.length; i++) {
                String rate = RATES.get((i + plan) % RATES.size());
                list.add(new Metric(metrics[i][0], metrics[i][1], metrics[i][2], metrics[i][3], rate, prices(rate, plan)));
            }
            offers.add(new Offer(MIXER, "plan-" + plan, "chaos-metering", "chaos-rating-" + plan, "chaos-pricing-" + plan,
                    List.of("bytes", "load", "floor", "level", "items", "work", DIVISOR), list));
        }
        return List.copyOf(offers);
    }

    private static Map<String, Price> prices(String rate, int plan) {
        Map<String, Price> prices = new TreeMap<>();
        FACTORS.forEach((country, text) -> {
            BigDecimal factor = new BigDecimal(text);
            BigDecimal free = plan % 2 == 0 ? null : new BigDecimal("12.5");
            prices.put(country, switch (rate) {
                case "per_unit" -> new Price(new BigDecimal("0.017").multiply(factor), free, null, List.of());
                case "package" -> new Price(new BigDecimal("0.4").multiply(factor), free, new BigDecimal("7.5"), List.of());
                default -> new Price(null, free, null, List.of(
                        new Tier(new BigDecimal("40"), new BigDecimal("0.5").multiply(factor)),
                        new Tier(new BigDecimal("900.25"), new BigDecimal("0.31").multiply(factor)),
                        new Tier(null, new BigDecimal("0.07").multiply(factor))));
            });
        });
        return prices;
    }

    private static List<Offer> samples() {
        return List.of(
                new Offer("object-storage", "basic", "basic-object-storage", "object-rating-plan", "object-pricing-basic",
                        List.of("storage", "light_api_calls", "heavy_api_calls"), List.of(
                        sample("storage", "GIGABYTE", "storage / 1073741824", "max", "1", "0.7523", "1.06"),
                        sample("thousand_light_api_calls", "THOUSAND_CALLS", "light_api_calls / 1000", "sum", "0.03",
                                "0.0226", "0.0317"),
                        sample("heavy_api_calls", "CALL", "heavy_api_calls", "sum", "0.15", "0.1129", "0.1585"))),
                new Offer("llm-inference", "standard", "standard-llm-inference", "llm-rating-plan", "llm-pricing-standard",
                        List.of("input_tokens", "output_tokens"), List.of(
                        sample("thousand_input_tokens", "THOUSAND_TOKENS", "input_tokens / 1000", "sum", "0.0025",
                                "0.0023", "0.0034"),
                        sample("thousand_output_tokens", "THOUSAND_TOKENS", "output_tokens / 1000", "sum", "0.01",
                                "0.0092", "0.0136"))));
    }

    private static Metric sample(String name, String unit, String meter, String accumulate, String usa, String eur,
            String can) {
        return new Metric(name, unit, meter, accumulate, "per_unit", Map.of("USA", price(usa), "EUR", price(eur), "CAN",
                price(can)));
    }

    private static Price price(String text) {
        return new Price(new BigDecimal(text), null, null, List.of());
    }
}
