package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.acceptance.chaos.Disturbance.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a service that answers {@code answer!} to every request that ends in a full stop. */
class LinkTest {

    private static final String REQUEST = "request.";
    private static final String ANSWER = "answer!!";
    private static final int PATIENCE_MILLIS = 10_000;

    private final Deque<Disturbance> disturbances = new ArrayDeque<>();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final Tally tally = new Tally();
    private ServerSocket service;
    private Link link;

    @BeforeEach
    void open() throws IOException {
        service = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        run(() -> {
            while (true) {
                Socket socket = service.accept();
                run(() -> answer(socket));
            }
        });
        link = link(pauses::add);
        link.open();
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        service.close();
    }

    private Link link(Pause pause) {
        return new Link("a→b", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), service.getLocalPort()), this::next, tally, pause);
    }

    private synchronized Disturbance next() {
        return disturbances.isEmpty() ? Disturbance.NONE : disturbances.remove();
    }

    /** What has come when a connection ends, or a request ends in a full stop, is one entry of {@code received}. */
    private void answer(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        InputStream in = socket.getInputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            request.append((char) b);
            if (b == '.') {
                received.add(request.toString());
                request.setLength(0);
                socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
            }
        }
        received.add("(end after \"" + request + "\")");
        socket.close();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception over) {
                // the test has ended
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port()), PATIENCE_MILLIS);
        return socket;
    }

    /** Sends a request and reads until the answer is complete or the connection ends. */
    private static String exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(ANSWER.length()), StandardCharsets.US_ASCII);
    }

    private String received() throws InterruptedException {
        return received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Test
    void undisturbedExchangesPassOnOneConnection() throws Exception {
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEqualTo(ANSWER);
            assertThat(exchange(socket)).isEqualTo(ANSWER);
        }
        assertThat(received()).isEqualTo(REQUEST);
        assertThat(received()).isEqualTo(REQUEST);
        assertThat(received()).as("the end is passed on too").isEqualTo("(end after \"\")");
        assertThat(pauses).isEmpty();
    }

    @Test
    void droppedRequestNeverReachesTheService() throws Exception {
        disturbances.add(Disturbance.dropped());
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEmpty();
        }
        assertThat(received()).isEqualTo("(end after \"\")");
        assertThat(tally.of("dropped")).isEqualTo(1);
    }

    @Test
    void requestIsCutInTheMiddle() throws Exception {
        disturbances.add(Disturbance.cut(Kind.CUT_IN_REQUEST, 0, 500));
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEmpty();
        }
        assertThat(received()).isEqualTo("(end after \"requ\")");
        assertThat(tally.of("cut in request")).isEqualTo(1);
    }

    @Test
    void answerIsCutInTheMiddleWhenTheRequestHasTakenEffect() throws Exception {
        disturbances.add(Disturbance.cut(Kind.CUT_IN_ANSWER, 0, 500));
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEqualTo("answ");
        }
        assertThat(received()).isEqualTo(REQUEST);
        assertThat(tally.of("cut in answer")).isEqualTo(1);
    }

    @Test
    void laterExchangeOfTheSameConnectionIsDisturbed() throws Exception {
        disturbances.add(Disturbance.NONE);
        disturbances.add(Disturbance.cut(Kind.CUT_IN_ANSWER, 0, 0));
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEqualTo(ANSWER);
            assertThat(exchange(socket)).isEmpty();
        }
        assertThat(received()).isEqualTo(REQUEST);
        assertThat(received()).isEqualTo(REQUEST);
    }

    @Test
    void exchangeWithFewerChunksThanTheCutPasses() throws Exception {
        disturbances.add(Disturbance.cut(Kind.CUT_IN_REQUEST, 9, 0));
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEqualTo(ANSWER);
        }
        assertThat(tally.of("cut in request")).isZero();
    }

    @Test
    void requestAndAnswerAreHeldBack() throws Exception {
        disturbances.add(Disturbance.delayed(Kind.DELAYED_REQUEST, Duration.ofMillis(11)));
        disturbances.add(Disturbance.delayed(Kind.DELAYED_ANSWER, Duration.ofMillis(22)));
        try (Socket socket = connect()) {
            assertThat(exchange(socket)).isEqualTo(ANSWER);
            assertThat(exchange(socket)).isEqualTo(ANSWER);
        }
        assertThat(pauses).containsExactly(Duration.ofMillis(11), Duration.ofMillis(22));
    }

    @Test
    void connectionsAreCutAndRefusedDuringAnOutage() throws Exception {
        SynchronousQueue<Duration> over = new SynchronousQueue<>();
        BlockingQueue<Duration> begun = new LinkedBlockingQueue<>();
        try (Link failing = link(duration -> {
                begun.add(duration);
                over.take();
            })) {
            failing.open();
            link.close();
            link = failing;
            try (Socket before = connect()) {
                assertThat(exchange(before)).isEqualTo(ANSWER);
                run(() -> failing.outage(Duration.ofSeconds(3)));
                assertThat(begun.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(Duration.ofSeconds(3));
                assertThat(before.getInputStream().read()).as("cut").isNegative();
                awaitRefused();
            }
            assertThat(over.offer(Duration.ZERO, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(afterwards()).isEqualTo(ANSWER);
        }
    }

    @Test
    void linkRefusesUntilItIsOpenedAndAfterItIsClosed() throws Exception {
        int port = link.port();
        link.close();
        awaitRefused();
        try (Link later = new Link("a→b", new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), service.getLocalPort()), this::next, tally, pauses::add)) {
            link = later;
            later.outage(Duration.ofSeconds(1));
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(tally.of("connections refused")).as("one that is not open cannot fail").isZero();
            later.open();
            later.open();
            try (Socket socket = connect()) {
                assertThat(exchange(socket)).isEqualTo(ANSWER);
            }
            later.close();
            later.open();
            awaitRefused();
        }
    }

    /**
     * The listener is gone at some moment after it was closed: the thread that waits there holds it until it has noticed. Whoever
     * is let in at that moment may be reset while connecting.
     */
    private void awaitRefused() throws Exception {
        long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        boolean refused = false;
        while (!refused) {
            assertThat(System.nanoTime()).as("still let in").isLessThan(deadline);
            try {
                connect().close();
            } catch (SocketException e) {
                refused = e instanceof ConnectException;
            }
        }
    }

    /** The listener is there again at some moment after the outage. */
    private String afterwards() throws Exception {
        long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        while (true) {
            try (Socket socket = connect()) {
                return exchange(socket);
            } catch (ConnectException notYet) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }
}
