package io.quipu.acceptance.chaos;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Draws the usage of one client: of now, late, out of order, around the borders of days and of the last month. */
final class UsageSource {

    private static final int SPACES = 3;
    private static final int CONSUMERS = 3;
    private static final int INSTANCES = 2;
    private static final int ONE_REJECTED_IN = 25;
    private static final int ONE_REFUSED_IN = 80;
    private static final int ONE_HUGE_IN = 40;
    /** One is within bounds, the sum of two is not: which one is rejected is a matter of order. */
    private static final BigDecimal HUGE = new BigDecimal("9e29");
    private static final long MINUTE = 60_000;
    /** As far back as a report with 32 days shows days. */
    private static final int MAX_AGE_MINUTES = 31 * 24 * 60;
    private static final List<String> DIVISORS = List.of("1", "3", "7", "8", "0.25");

    private final int clients;
    private final List<Offer> offers;
    private final RandomGenerator random;
    private final Clock clock;
    private long serial;

    /** The source of one of several clients, numbered from 0. */
    UsageSource(int client, int clients, List<Offer> offers, RandomGenerator random, Clock clock) {
        this.serial = client;
        this.offers = offers;
        this.clients = clients;
        this.random = random;
        this.clock = clock;
    }

    /** A usage that differs from every other one, of any client, in its duration or its deduplication id. */
    Usage next() {
        serial += clients;
        Offer offer = pick(offers);
        boolean improper = random.nextInt(ONE_REFUSED_IN) == 0;
        boolean old = improper && random.nextBoolean();
        Map<String, BigDecimal> measured = measured(offer);
        if (improper && !old) {
            measured.put(Offers.UNKNOWN_MEASURE, BigDecimal.ONE);
        } else if (measured.containsKey(Offers.DIVISOR) && random.nextInt(ONE_REJECTED_IN) == 0) {
            measured.put(Offers.DIVISOR, BigDecimal.ZERO);
        }
        if (measured.containsKey(Offers.SUMMED) && random.nextInt(ONE_HUGE_IN) == 0) {
            measured.put(Offers.SUMMED, random.nextInt(3) == 0 ? HUGE.negate() : HUGE);
        }
        long end = old ? clock.millis() - Fleet.SLACK.plusHours(1 + random.nextInt(100)).toMillis() : end();
        boolean named = random.nextInt(4) > 0;
        long start = named ? end - random.nextInt(2) * MINUTE : end - serial;
        String space = "space-" + random.nextInt(SPACES);
        Usage.Key key = new Usage.Key(organization(), space, "app:" + space + "-" + random.nextInt(CONSUMERS),
                offer.resource(), offer.plan(), "instance-" + random.nextInt(INSTANCES), start, end,
                named ? "u" + serial : null);
        return new Usage(key, offer, measured, improper);
    }

    /** Other quantities for a usage that stays what it is otherwise. */
    Map<String, BigDecimal> other(Usage usage) {
        Map<String, BigDecimal> other = new TreeMap<>(usage.measured());
        String measure = pick(List.copyOf(other.keySet()));
        other.put(measure, other.get(measure).add(BigDecimal.ONE));
        return other;
    }

    private long end() {
        long now = clock.millis();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        long end = switch (random.nextInt(6)) {
            case 0 -> now - random.nextInt(MAX_AGE_MINUTES) * MINUTE - random.nextInt((int) MINUTE);
            case 1 -> around(today.minusDays(random.nextInt(3)));
            case 2 -> around(today.withDayOfMonth(1));
            default -> now - random.nextInt(5 * (int) MINUTE);
        };
        return Math.min(end, now);
    }

    /** Within a millisecond of a day's first moment, or within an hour of it. */
    private long around(LocalDate day) {
        long border = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        int width = random.nextBoolean() ? 2 : (int) Duration.ofHours(1).toMillis();
        return border + random.nextInt(2 * width) - width;
    }

    /** Some of the measures; what is divided by comes with what it divides, and is not 0. */
    private Map<String, BigDecimal> measured(Offer offer) {
        Map<String, BigDecimal> measured = new TreeMap<>();
        while (measured.isEmpty()) {
            for (String measure : offer.measures()) {
                if (random.nextInt(3) > 0 && !measure.equals(Offers.DIVISOR) && !measure.equals(Offers.DIVIDEND)) {
                    measured.put(measure, quantity());
                }
            }
        }
        if (offer.measures().contains(Offers.DIVISOR) && random.nextBoolean()) {
            measured.put(Offers.DIVIDEND, quantity());
            measured.put(Offers.DIVISOR, new BigDecimal(pick(DIVISORS)));
        }
        return measured;
    }

    /** Small and large, with and without decimals, some of them zero or corrections. */
    private BigDecimal quantity() {
        return switch (random.nextInt(10)) {
            case 0 -> BigDecimal.ZERO;
            case 1 -> BigDecimal.valueOf(-1 - random.nextInt(50));
            case 2 -> BigDecimal.valueOf(random.nextLong(1_000_000_000_000L));
            case 3 -> BigDecimal.valueOf(1 + random.nextInt(1_000), 9);
            case 4, 5 -> BigDecimal.valueOf(random.nextInt(100_000), 2);
            default -> BigDecimal.valueOf(1 + random.nextInt(100));
        };
    }

    /** Half of all usage is of one organization, so that what waits in its partition is more than a batch holds. */
    private Organization organization() {
        return random.nextBoolean() ? Organization.ALL.get(0) : pick(Organization.ALL);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
