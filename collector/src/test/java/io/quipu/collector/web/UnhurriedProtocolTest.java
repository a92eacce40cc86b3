package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

@Timeout(60)
class UnhurriedProtocolTest {

    private final ScheduledExecutorService executor = mock(ScheduledExecutorService.class);
    private final UnhurriedProtocol protocol = new UnhurriedProtocol();

    UnhurriedProtocolTest() {
        protocol.setUtilityExecutor(executor);
    }

    @Test
    void nobodyLooksAtTheTimeOfRequestsNowAndThen() {
        protocol.startAsyncTimeout();
        verifyNoInteractions(executor);
    }

    /** What is done without is still where it was: else the one above would show nothing. */
    @Test
    void tomcatLooksOnceASecond() {
        class Stock extends Http11NioProtocol {
            void begin() {
                startAsyncTimeout();
            }
        }
        Stock stock = new Stock();
        stock.setUtilityExecutor(executor);
        stock.begin();
        verify(executor).scheduleAtFixedRate(any(), eq(1L), eq(1L), eq(TimeUnit.SECONDS));
    }

    @Test
    void buffersThatNoRequestNeedsAreLetGo() throws Exception {
        ScheduledFuture<?> scheduled = mock();
        ArgumentCaptor<Runnable> lettingGo = ArgumentCaptor.captor();
        doAnswer(call -> scheduled).when(executor).scheduleWithFixedDelay(lettingGo.capture(), anyLong(), anyLong(), any());
        List<Request> requests = new CopyOnWriteArrayList<>();
        Adapter adapter = mock();
        when(adapter.prepare(any(), any())).thenReturn(true);
        doAnswer(call -> requests.add(call.getArgument(0))).when(adapter).service(any(), any());
        protocol.setAdapter(adapter);
        protocol.setPort(0);
        protocol.init();
        protocol.start();
        try {
            request();
            request();
            assertThat(requests.get(1)).as("kept for the next request").isSameAs(requests.get(0));
            lettingGo.getValue().run();
            request();
            assertThat(requests.get(2)).isNotSameAs(requests.get(0));
            verify(executor).scheduleWithFixedDelay(lettingGo.getValue(), 30, 30, TimeUnit.SECONDS);
        } finally {
            protocol.stop();
            protocol.destroy();
        }
        verify(scheduled).cancel(false);
    }

    private void request() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", protocol.getLocalPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
    }
}
