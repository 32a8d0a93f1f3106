//! A terminal for tests that draws to a buffer and gets its input from a channel.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::{Frame, Terminal};
use tokio::sync::{mpsc, watch};

use crate::text::buffer_text;
use guestlist::clock::Clock;
use guestlist::console::{LoginRequest, Tty, TtyEvent};
use guestlist::keys::Input;

/// A terminal that draws to a buffer.
pub struct BufferTty {
    pub terminal: Terminal<TestBackend>,
    pub events: mpsc::UnboundedReceiver<TtyEvent>,
    pub screen: watch::Sender<String>,
    pub frame: Arc<Mutex<Buffer>>,
    pub editor_text: Arc<Mutex<Option<String>>>,
    pub copied: Arc<Mutex<Vec<String>>>,
    /// Time that passes while another program has the terminal.
    pub away_seconds: Arc<Mutex<u64>>,
    pub clock: Clock,
}

impl BufferTty {
    fn advance_away_time(&self) {
        let seconds = std::mem::take(&mut *self.away_seconds.lock().expect("not poisoned"));
        self.clock.advance(Duration::from_secs(seconds));
    }
}

impl Tty for BufferTty {
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> std::io::Result<()> {
        let drawn = self.terminal.draw(render).expect("drawn");
        self.frame.lock().expect("not poisoned").clone_from(drawn.buffer);
        self.screen.send_replace(buffer_text(drawn.buffer));
        Ok(())
    }

    fn redraw_all(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    async fn next(&mut self) -> TtyEvent {
        let event = self.events.recv().await.unwrap_or(TtyEvent::HungUp);
        if let TtyEvent::Inputs(inputs) = &event
            && let Some(Input::Resize { width, height }) = inputs.last()
        {
            self.terminal.backend_mut().resize(*width, *height);
        }
        event
    }

    fn pending_inputs(&mut self) -> Vec<Input> {
        // Tests press one key at a time.
        Vec::new()
    }

    fn copy(&mut self, text: &str) -> std::io::Result<()> {
        self.copied.lock().expect("not poisoned").push(text.into());
        Ok(())
    }

    async fn suspend(&mut self) -> std::io::Result<bool> {
        self.advance_away_time();
        Ok(true)
    }

    async fn log_in(&mut self, _request: LoginRequest) -> Result<String, String> {
        self.advance_away_time();
        Err("Not signed in.".to_owned())
    }

    async fn edit(&mut self, _text: String) -> Result<String, String> {
        self.advance_away_time();
        self.editor_text.lock().expect("not poisoned").take().ok_or_else(|| "There is no editor.".to_owned())
    }
}
