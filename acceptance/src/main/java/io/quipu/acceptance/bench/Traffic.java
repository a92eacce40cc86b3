package io.quipu.acceptance.bench;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The usages of a scenario, one after the other: each has a serial number, and from that alone follow its organization, space,
 * consumer and resource instance. Thread-safe.
 *
 * <p>Usage {@code n} is of organization {@code n % organizations}, and with each round over them of another consumer, so a
 * batch goes over as many organizations, then over as many consumers, as there are. Where {@link Shape#together} is set, a
 * batch of that size stays in one organization.
 */
final class Traffic {

    private static final int STRIDES = 1_000_000;

    private final Shape shape;
    private final long stride;
    private final AtomicLong next = new AtomicLong();

    /**
     * What the usages look like.
     *
     * @param name what the organizations' ids begin with
     * @param organizations how many
     * @param spaces of each organization
     * @param consumers of each organization, spread over its spaces; each has one resource instance
     * @param together in how many usages in a row the organization stays the same; 1 for another one with each usage
     * @param times when usages end
     * @param offer what usage is of
     */
    record Shape(String name, int organizations, int spaces, int consumers, int together, Times times, Offer offer) {

        Shape {
            if (organizations < 1 || spaces < 1 || consumers < 1 || together < 1) {
                throw new IllegalArgumentException("no traffic without organizations, spaces and consumers: " + name);
            }
        }

        String organization(long number) {
            return String.format("%s-%06d", name, number);
        }
    }

    /**
     * What was sent to an organization.
     *
     * @param usages how many
     * @param quantities the sum of the quantities that their serial numbers became
     */
    record Sent(long usages, BigDecimal quantities) {
    }

    /**
     * Of that shape.
     *
     * @param seed what the order of the consumers is drawn from
     */
    Traffic(Shape shape, long seed) {
        this.shape = shape;
        this.stride = stride(shape.consumers(), new SplittableRandom(seed));
    }

    /** A step that comes to each of the consumers once before it comes to one again. */
    private static long stride(int consumers, SplittableRandom random) {
        BigInteger all = BigInteger.valueOf(consumers);
        long stride = 1 + random.nextInt(STRIDES);
        while (!all.gcd(BigInteger.valueOf(stride)).equals(BigInteger.ONE)) {
            stride++;
        }
        return stride;
    }

    Shape shape() {
        return shape;
    }

    /** The next so many serial numbers are the caller's; answers the first of them. */
    long take(int usages) {
        return next.getAndAdd(usages);
    }

    /** How many serial numbers were taken. */
    long taken() {
        return next.get();
    }

    long organizationOf(long serial) {
        return serial / shape.together() % shape.organizations();
    }

    long consumerOf(long serial) {
        long turn = serial / shape.together() / shape.organizations() * shape.together() + serial % shape.together();
        return turn % shape.consumers() * stride % shape.consumers();
    }

    long spaceOf(long serial) {
        return consumerOf(serial) % shape.spaces();
    }

    /** What each organization was sent, by its number, when all usages up to now were. */
    Sent[] sent() {
        long[] usages = new long[shape.organizations()];
        long[] quantities = new long[shape.organizations()];
        for (long serial = 0; serial < taken(); serial++) {
            int organization = (int) organizationOf(serial);
            usages[organization]++;
            quantities[organization] += shape.offer().form().quantity(serial);
        }
        Sent[] sent = new Sent[shape.organizations()];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = new Sent(usages[i], BigDecimal.valueOf(quantities[i]));
        }
        return sent;
    }
}
