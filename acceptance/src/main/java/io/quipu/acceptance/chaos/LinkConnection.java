package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Disturbance.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** One connection through a {@link Link}: two directions, each passed on by a thread of its own. */
final class LinkConnection {

    private static final int BUFFER = 16 * 1024;

    private final Link link;
    private final Socket caller;
    private final Socket called;

    private Disturbance disturbance = Disturbance.NONE;
    private boolean answering = true;
    private int chunk;

    LinkConnection(Link link, Socket caller, Socket called) {
        this.link = link;
        this.caller = caller;
        this.called = called;
    }

    /** Passes requests on until either side ends. */
    void requests() {
        pass(caller, called, true);
    }

    /** Passes answers on until either side ends. */
    void answers() {
        pass(called, caller, false);
    }

    private void pass(Socket from, Socket to, boolean request) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int index = chunk(request);
                Disturbance current = current();
                if (cuts(current, request, index)) {
                    int passing = current.passing(length);
                    out.write(buffer, 0, passing);
                    out.flush();
                    link.happened(current);
                    return;
                }
                if (index == 0 && current.kind() == (request ? Kind.DELAYED_REQUEST : Kind.DELAYED_ANSWER)) {
                    link.happened(current);
                    link.hold(current.delay());
                }
                out.write(buffer, 0, length);
                out.flush();
            }
        } catch (IOException over) {
            // one of them has closed, or been closed: so is the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private static boolean cuts(Disturbance disturbance, boolean request, int chunk) {
        return switch (disturbance.kind()) {
            case DROPPED -> request;
            case CUT_IN_REQUEST -> request && chunk == disturbance.chunk();
            case CUT_IN_ANSWER -> !request && chunk == disturbance.chunk();
            default -> false;
        };
    }

    /** The number of a chunk in its request or answer; what comes first after an answer begins an exchange. */
    private synchronized int chunk(boolean request) {
        if (request == answering) {
            answering = !request;
            chunk = 0;
            if (request) {
                disturbance = link.next();
            }
        } else {
            chunk++;
        }
        return chunk;
    }

    private synchronized Disturbance current() {
        return disturbance;
    }

    void close() {
        for (Socket socket : new Socket[] {caller, called}) {
            try {
                socket.close();
            } catch (IOException ignored) {
                // it is closed all the same
            }
        }
        link.ended(this);
    }
}
