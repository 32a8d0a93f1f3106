//! Context of screens and operations: the model to read, and the outbox for effects and navigation.

use std::collections::VecDeque;
use std::ops::Deref;

use crate::app::model::notifications::Topic;
use crate::app::{Effect, Model, Nav, PromptKind, RequestPurpose, Route, View};
use crate::domain::{Error, PlanId, RequestId, ServiceRequest};

/// The model to read, and commands to execute after the screen has returned.
///
/// Only the operations in this module can change the model; other code calls them.
pub struct Context<'a> {
    pub(in crate::app::ops) model: &'a mut Model,
    /// Where the user is.
    pub ui: UiState,
    out: &'a mut Outbox,
}

/// Where the user is: view, open panes and pending keys. Automatic actions depend on it.
#[derive(Debug, Clone, Copy)]
pub struct UiState {
    /// The shown view.
    pub view: View,
    /// True if an overlay is open.
    pub has_overlay: bool,
    /// True if a detail, the forecast, a request or a search is open over the rows of the view.
    pub has_pane: bool,
    /// True if an open request or a search gets all keys.
    pub captures_keys: bool,
    /// True if the first keys of a sequence were typed.
    pub has_pending_keys: bool,
}

impl UiState {
    /// True if nothing covers the rows of the view.
    pub fn is_unobstructed(self) -> bool {
        !self.has_overlay && !self.has_pane
    }
}

/// Commands to execute after an event.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    /// Commands for the console.
    pub effects: Vec<Effect>,
    /// Navigation requests for the shell, in order.
    pub nav: VecDeque<Nav>,
}

impl Deref for Context<'_> {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.model
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(model: &'a mut Model, ui: UiState, out: &'a mut Outbox) -> Context<'a> {
        Context { model, ui, out }
    }
}

impl Context<'_> {
    /// Shows an informational notification.
    pub fn info(&mut self, text: impl Into<String>) {
        self.model.notifications.info(text, None, self.model.now);
    }

    /// Notifies the user of a success.
    pub fn success(&mut self, text: impl Into<String>) {
        self.model.notifications.success(text, self.model.now);
    }

    /// Notifies the user of an error.
    pub fn error(&mut self, failure: Error) {
        self.model.notifications.error(failure, None, self.model.now);
    }

    /// Notifies the user about a plan; the notification is removed when the plan is resumed or discarded.
    pub fn plan_info(&mut self, text: impl Into<String>, plan: PlanId) {
        self.model.notifications.info(text, Some(Topic::Plan(plan)), self.model.now);
    }

    /// Notifies the user of an error of a plan.
    pub fn plan_error(&mut self, failure: Error, plan: PlanId) {
        self.model.notifications.error(failure, Some(Topic::Plan(plan)), self.model.now);
    }

    /// Dismisses the newest notification. Returns false if there is none.
    pub fn dismiss(&mut self) -> bool {
        self.model.notifications.dismiss_newest()
    }

    /// Adds a request for the service task. The type of the reply determines which code handles the reply.
    pub fn request(&mut self, request: ServiceRequest) -> RequestId {
        let id = RequestId(self.model.next_number());
        self.push_effect(Effect::Request(id, request));
        id
    }

    /// Adds a request for the service task; the reply goes to the owner of the purpose.
    pub fn request_for(&mut self, purpose: RequestPurpose, request: ServiceRequest) -> RequestId {
        let id = self.request(request);
        self.model.in_flight.add(id, purpose);
        id
    }

    /// Adds a command for the console.
    pub fn push_effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }

    /// Returns a unique number for a background job.
    pub fn next_number(&mut self) -> u64 {
        self.model.next_number()
    }

    /// Opens an overlay after the screen has returned.
    pub fn open(&mut self, route: Route) {
        self.navigate(Nav::Open(route));
    }

    /// Opens a prompt when the user pauses typing.
    pub fn prompt_when_idle(&mut self, prompt: PromptKind) {
        self.navigate(Nav::PromptWhenIdle(prompt));
    }

    /// Closes the requesting overlay after its handler has returned.
    pub fn close(&mut self) {
        self.navigate(Nav::Close);
    }

    /// Goes to a view.
    pub fn show_view(&mut self, view: View) {
        self.navigate(Nav::ShowView(view));
    }

    /// Adds a navigation request for the shell.
    pub fn navigate(&mut self, nav: Nav) {
        self.out.nav.push_back(nav);
    }
}
