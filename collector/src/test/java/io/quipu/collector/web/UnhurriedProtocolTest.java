package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

/** The server's protocol by itself, on a real socket, with somebody else's clock. */
@Timeout(60)
class UnhurriedProtocolTest {

    private final UnhurriedProtocol protocol = new UnhurriedProtocol();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private void request() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", protocol.getLocalPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    @Test
    void buffersThatNoRequestNeedsAreLetGo() throws Exception {
        ScheduledExecutorService timer = mock();
        ScheduledFuture<?> scheduled = mock();
        ArgumentCaptor<Runnable> lettingGo = ArgumentCaptor.captor();
        doAnswer(call -> scheduled).when(timer).scheduleWithFixedDelay(lettingGo.capture(), anyLong(), anyLong(), any());
        Adapter adapter = mock();
        when(adapter.prepare(any(), any())).thenReturn(true);
        doAnswer(call -> requests.add(call.getArgument(0))).when(adapter).service(any(), any());
        protocol.setAdapter(adapter);
        protocol.setUtilityExecutor(timer);
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
            verify(timer).scheduleWithFixedDelay(lettingGo.getValue(), 30, 30, TimeUnit.SECONDS);
        } finally {
            protocol.stop();
            protocol.destroy();
        }
        verify(scheduled).cancel(false);
    }
}
