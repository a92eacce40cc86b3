package io.quipu.acceptance.micro;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.wire.Json;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JavaType;

/** One usage's part of reading and writing the JSON of a segment of the log, and of a batch between two stages. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    private final JavaType batchType = Json.shared().getTypeFactory().constructParametricType(Batch.class,
            MeteredUsage.class);
    private Batch<MeteredUsage> batch;
    private Segment segment;
    private byte[] batchJson;
    private byte[] segmentJson;

    /** Builds a batch and a segment of 100 usages. */
    @Setup
    public void prepare() {
        Usages usages = new Usages("per_unit");
        batch = usages.metered(1);
        segment = new Segment(Segment.VERSION, 7, 1, "writer", 1_795_262_400_000L, 1, 1_795_262_400_000L,
                IntStream.range(0, Usages.BATCH).mapToObj(i -> new LoggedUsage(usages.origin(i), usages.pin(),
                        usages.measured(i), Integer.toString(i), null)).toList());
        batchJson = Json.write(batch);
        segmentJson = Json.write(segment);
    }

    /** From bytes to records. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object readBatch() {
        return Json.shared().readValue(batchJson, batchType);
    }

    /** From records to bytes. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object writeBatch() {
        return Json.write(batch);
    }

    /** From bytes to records. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object readSegment() {
        return Json.read(segmentJson, Segment.class);
    }

    /** From records to bytes. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object writeSegment() {
        return Json.write(segment);
    }
}
