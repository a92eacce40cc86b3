package io.quipu.acceptance.micro;

import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of one quantity, which falls in the last of three tiers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RatingBenchmark {

    private final BigDecimal quantity = new BigDecimal("1234567.125");
    private final Price unit = new Price("USA", "USD", new BigDecimal("0.03"), null, null, null);
    private final Price tiers = new Price("USA", "USD", null, new BigDecimal("12.5"), Usages.tiers(), null);

    /** Price × units. */
    @Benchmark
    public BigDecimal perUnit() {
        return Rate.PER_UNIT.cost(quantity, unit);
    }

    /** Each unit at the price of its tier. */
    @Benchmark
    public BigDecimal tiered() {
        return Rate.TIERED.cost(quantity, tiers);
    }

    /** All units at the price of the last one's tier. */
    @Benchmark
    public BigDecimal volume() {
        return Rate.VOLUME.cost(quantity, tiers);
    }
}
