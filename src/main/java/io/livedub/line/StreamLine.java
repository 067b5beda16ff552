package io.livedub.line;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;

/**
 * The end of {@code serve} of one stream's line: who may speak for the stream, what it has told, and what it is still to be told. Without a
 * socket, so that it can be tested without one. Thread-safe; the listener is called with the lock of this line held, in the order of what was said.
 */
public final class StreamLine {
    /** A stream that says nothing for so long is silent: what the cluster says of its Job counts then. */
    public static final Duration SILENCE = Duration.ofSeconds(15);

    static final String FROM = "from ";
    static final String ORDER = "order ";
    static final String KEEP = "keep ";
    /** Orders are an operator's, some a minute. */
    static final int MOST_ORDERS = 64;

    /** The languages of a stream are at most so many, whatever a Job says. */
    static final int MOST_LANGUAGES = 64;

    private static final Pattern LANGUAGE = Pattern.compile("[a-z0-9-]{1,64}");

    private final String serve;
    private final MediaClock clock;
    private final LineListener listener;
    private final Set<String> languages = new LinkedHashSet<>();
    private final Deque<Order> orders = new ArrayDeque<>();
    private String token = "";
    private boolean found;
    private Connection connection;
    private boolean greeted;
    private String run = "";
    private boolean past;
    private long lastNumber;
    private long lastOrder;
    private long lostNs;

    private record Order(long number, String word) {
        String text() {
            return ORDER + number + " " + word;
        }
    }

    /** Must not block or throw. */
    public interface LineListener {
        /**
         * The stream is there.
         *
         * @param found it ran before this {@code serve} knew of it
         * @param begun it is another run of the stream than the one that spoke before
         */
        void hello(Hello hello, boolean found, boolean begun);

        /** @param past it has happened before this {@code serve} knew of the stream */
        void told(StreamEvent event, boolean past);

        /** It has not been heard of for {@link #SILENCE}. */
        void silent();
    }

    /** @param serve tells this {@code serve} from the one before */
    public StreamLine(String serve, MediaClock clock, LineListener listener) {
        this.serve = serve;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * From now on whoever has this token speaks for the stream, and nobody else.
     *
     * @param isFound the stream runs already
     */
    public synchronized void expect(String newToken, boolean isFound) {
        if (!newToken.equals(token)) {
            token = newToken;
            found = isFound;
            hangUp("another Job has the stream");
        }
    }

    /** Nobody speaks for the stream any more. */
    public synchronized void close() {
        token = "";
        hangUp("the stream is over");
    }

    private void hangUp(String why) {
        Connection open = connection;
        connection = null;
        greeted = false;
        if (open != null) {
            open.close(why);
        }
    }

    /** @param authorization header of the request, or null */
    synchronized boolean admits(String authorization) {
        return Token.isIn(authorization, token);
    }

    synchronized void opened(Connection now) {
        hangUp("another connection of the same stream");
        connection = now;
    }

    synchronized void closed(Connection which) {
        if (connection == which) {
            boolean spoke = greeted;
            connection = null;
            greeted = false;
            lostNs = clock.nowNs();
            if (spoke) {
                lookLater();
            }
        }
    }

    /** Tells of silence when the stream has not spoken by then. */
    public void lookLater() {
        clock.schedule(clock.nowNs() + SILENCE.toNanos(), this::look);
    }

    private synchronized void look() {
        if (!speaks()) {
            listener.silent();
        }
    }

    /** Whether what the stream said last still counts. */
    public synchronized boolean speaks() {
        return greeted || !run.isEmpty() && clock.nowNs() - lostNs < SILENCE.toNanos();
    }

    synchronized boolean isConnected() {
        return connection != null;
    }

    /** Another text of the stream. */
    synchronized void heard(Connection from, String text) {
        if (from != connection) {
            return;
        }
        if (text.startsWith(JobTalk.HELLO)) {
            Optional<Hello> hello = Hello.read(text.substring(JobTalk.HELLO.length()));
            if (greeted || hello.isEmpty()) {
                hangUp("no hello that can be read");
            } else {
                greet(hello.get());
            }
        } else if (!greeted) {
            hangUp("no hello");
        } else if (text.startsWith(JobTalk.HOLDS)) {
            EventLine.decode(text.substring(JobTalk.HOLDS.length())).ifPresent(event -> tell(event, false));
        } else if (text.equals(JobTalk.NOW)) {
            past = false;
        } else if (text.startsWith(JobTalk.HEARD)) {
            long heard = number(text.substring(JobTalk.HEARD.length()));
            orders.removeIf(order -> order.number() <= heard);
        } else if (!text.equals(JobTalk.ALIVE)) {
            counted(text);
        }
    }

    private void greet(Hello hello) {
        greeted = true;
        boolean begun = !hello.run().equals(run);
        boolean isFound = begun && run.isEmpty() && found;
        if (begun) {
            run = hello.run();
            lastNumber = 0;
            orders.clear();
            past = isFound;
        }
        for (String gone : List.copyOf(languages)) {
            if (!hello.languages().contains(gone)) {
                tell(new LifeEvent.Gone().of(gone), false);
            }
        }
        connection.send(FROM + serve + " " + (past ? -1 : lastNumber));
        orders.forEach(order -> connection.send(order.text()));
        listener.hello(hello, isFound, begun);
    }

    private void counted(String text) {
        int blank = text.indexOf(' ');
        long number = blank < 0 ? 0 : number(text.substring(0, blank));
        if (number <= lastNumber) {
            return;
        }
        lastNumber = number;
        EventLine.decode(text.substring(blank + 1)).ifPresent(event -> tell(event, past));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }

    private void tell(StreamEvent event, boolean isPast) {
        if (event instanceof OfLanguage of && !takes(of)) {
            return;
        }
        listener.told(event, isPast);
    }

    /** Each language is a part of the page and a set of series: a Job must not be able to make them without end. */
    private boolean takes(OfLanguage of) {
        if (of.event() instanceof LifeEvent.Gone) {
            return languages.remove(of.language());
        }
        if (languages.contains(of.language())) {
            return true;
        }
        return languages.size() < MOST_LANGUAGES
                && LANGUAGE.matcher(of.language()).matches()
                && languages.add(of.language());
    }

    /**
     * Sends the stream a command. A command that a lost connection did not deliver is sent again on the next one; the Job obeys it once.
     *
     * @return false when the stream is silent, or takes no more
     */
    public synchronized boolean order(String word) {
        if (!speaks() || orders.size() >= MOST_ORDERS) {
            return false;
        }
        Order order = new Order(++lastOrder, word);
        orders.add(order);
        if (greeted) {
            connection.send(order.text());
        }
        return true;
    }

    /** Gives the stream a text that the next {@code serve} will find there. */
    public synchronized void keep(String text) {
        if (greeted) {
            connection.send(KEEP + text);
        }
    }
}
